import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("organisation", "0003_who_manages_a_successor"),
    ]

    operations = together(
        migrations.CreateModel(
            name="UnitRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("month", "tháng"), ("quarter", "quý"), ("year", "năm")],
                        max_length=8,
                        verbose_name="loại kỳ",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="năm")),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="số trong năm")),
                ("basis", models.CharField(max_length=300, verbose_name="căn cứ thẩm quyền")),
                ("submit_by", models.DateField(null=True, verbose_name="hạn đơn vị nộp")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "đang mở"), ("closed", "đã khóa")],
                        default="open",
                        max_length=6,
                        verbose_name="trạng thái",
                    ),
                ),
                (
                    "raised_reason",
                    models.CharField(blank=True, max_length=500, verbose_name="lý do áp dụng tỷ lệ cao hơn"),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                ("opened_at", models.DateTimeField(verbose_name="mở lúc")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="khóa lúc")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="unit_rounds", to="organisation.unit"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "kỳ đánh giá đơn vị",
                "constraints": [
                    models.UniqueConstraint(fields=("authority", "kind", "year", "number"), name="unit_round_once"),
                    models.CheckConstraint(
                        condition=models.Q(("basis", ""), _negated=True), name="unit_round_has_basis"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("state", "open")),
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            _connector="OR",
                        ),
                        name="unit_round_closed_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("agency", "cơ quan, tổ chức hành chính"), ("unit", "đơn vị sự nghiệp")],
                        max_length=6,
                        verbose_name="loại đối tượng",
                    ),
                ),
                ("rulebook", models.CharField(max_length=80, verbose_name="bộ quy tắc")),
                ("overlays", models.JSONField(default=list, verbose_name="quy chế bổ sung")),
                ("rulebook_hash", models.CharField(max_length=64, verbose_name="băm bộ quy tắc")),
                ("state", models.CharField(default="drafting", max_length=12, verbose_name="trạng thái")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                (
                    "returned",
                    models.CharField(blank=True, max_length=1000, verbose_name="lý do trả lại hoặc xem xét lại"),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="collectives.unitround"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="unit_sheets", to="organisation.unit"
                    ),
                ),
                (
                    "writer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "phiếu của đơn vị",
                "constraints": [
                    models.UniqueConstraint(fields=("round", "unit"), name="unit_sheet_once_per_round"),
                    models.CheckConstraint(
                        condition=models.Q(("unit", models.F("authority")), _negated=True),
                        name="unit_does_not_rate_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="lần quyết định")),
                ("rule_level", models.CharField(max_length=40, verbose_name="mức theo quy tắc")),
                ("level", models.CharField(max_length=40, verbose_name="mức")),
                ("label", models.CharField(max_length=120, verbose_name="tên mức")),
                ("score", models.CharField(blank=True, max_length=80, verbose_name="điểm chính xác")),
                ("score_shown", models.IntegerField(null=True, verbose_name="điểm, phần trăm điểm")),
                ("document", models.TextField(verbose_name="nội dung")),
                ("digest", models.CharField(max_length=64, verbose_name="băm nội dung")),
                ("rulebook_hash", models.CharField(max_length=64, verbose_name="băm bộ quy tắc")),
                ("engine_version", models.CharField(max_length=20, verbose_name="phiên bản bộ tính")),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="lý do")),
                ("at", models.DateTimeField(verbose_name="quyết định lúc")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="collectives.unitresult",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "unit_head",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="results", to="collectives.unitsheet"
                    ),
                ),
            ],
            options={
                "verbose_name": "kết quả của đơn vị",
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "number"), name="unit_result_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("unit", models.F("authority")), _negated=True),
                        name="unit_result_not_by_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                        name="unit_result_by_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("unit_head__isnull", True),
                            models.Q(("unit_head", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="unit_result_not_by_its_head",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level", models.F("rule_level")), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="unit_result_lowered_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", 1), ("replaces__isnull", True)),
                            models.Q(
                                ("number__gt", 1), ("replaces__isnull", False), models.Q(("reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="unit_result_replaces_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("objection", "khiếu nại"),
                            ("denunciation", "tố cáo"),
                            ("disunity", "dấu hiệu mất đoàn kết"),
                        ],
                        max_length=12,
                        verbose_name="loại việc",
                    ),
                ),
                ("note", models.CharField(max_length=500, verbose_name="nội dung")),
                ("begun_at", models.DateTimeField(verbose_name="ghi lúc")),
                ("outcome", models.CharField(blank=True, max_length=1000, verbose_name="kết quả xác minh")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="kết thúc lúc")),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="collectives.unitsheet"
                    ),
                ),
            ],
            options={
                "verbose_name": "việc phải xác minh",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True), ("outcome", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="unit_hold_ends_with_outcome",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitBonus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group", models.CharField(max_length=60, verbose_name="nhóm điểm thưởng")),
                ("reason", models.CharField(max_length=500, verbose_name="thành tích")),
                ("evidence", models.CharField(max_length=500, verbose_name="minh chứng")),
                ("asked", models.PositiveIntegerField(verbose_name="điểm đề nghị")),
                ("asked_at", models.DateTimeField(verbose_name="đề nghị lúc")),
                ("given", models.PositiveIntegerField(null=True, verbose_name="điểm được duyệt")),
                ("ruled_note", models.CharField(blank=True, max_length=500, verbose_name="ý kiến duyệt")),
                ("ruled_at", models.DateTimeField(null=True, verbose_name="duyệt lúc")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
                (
                    "ruled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bonuses", to="collectives.unitsheet"
                    ),
                ),
            ],
            options={
                "verbose_name": "đề nghị điểm thưởng",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("evidence", ""), _negated=True), name="unit_bonus_has_evidence"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("given__isnull", True), ("ruled_by__isnull", True)),
                            models.Q(
                                ("given__lte", models.F("asked")),
                                ("ruled_by__isnull", False),
                                models.Q(("ruled_note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="unit_bonus_ruled_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ruled_by__isnull", True),
                            models.Q(("ruled_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="unit_bonus_by_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitSubmission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="lần nộp")),
                (
                    "part",
                    models.CharField(
                        choices=[("self", "đơn vị tự đánh giá"), ("authority", "cấp đánh giá đề xuất")],
                        max_length=9,
                        verbose_name="phần",
                    ),
                ),
                ("document", models.TextField(verbose_name="nội dung")),
                ("digest", models.CharField(max_length=64, verbose_name="băm nội dung")),
                ("at", models.DateTimeField(verbose_name="nộp lúc")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="collectives.unitsheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "bản nộp của đơn vị",
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "number"), name="unit_submission_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="thứ tự")),
                ("title", models.CharField(max_length=300, verbose_name="nhiệm vụ")),
                ("given_by", models.CharField(max_length=160, verbose_name="người giao")),
                ("document", models.CharField(blank=True, max_length=160, verbose_name="văn bản giao")),
                ("due", models.DateField(verbose_name="thời hạn")),
                ("done_on", models.DateField(null=True, verbose_name="ngày hoàn thành")),
                ("above_claimed", models.BooleanField(default=False, verbose_name="đơn vị báo vượt yêu cầu")),
                ("evidence", models.CharField(blank=True, max_length=500, verbose_name="minh chứng")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="báo cáo của đơn vị")),
                ("judged", models.BooleanField(default=False, verbose_name="đã được xem xét")),
                ("done", models.BooleanField(default=False, verbose_name="hoàn thành")),
                ("late", models.BooleanField(default=False, verbose_name="chậm tiến độ")),
                ("failing", models.BooleanField(default=False, verbose_name="chưa bảo đảm chất lượng")),
                ("above", models.BooleanField(default=False, verbose_name="vượt yêu cầu")),
                ("judged_note", models.CharField(blank=True, max_length=500, verbose_name="ý kiến của cấp đánh giá")),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="collectives.unitsheet"
                    ),
                ),
            ],
            options={
                "verbose_name": "nhiệm vụ giao đơn vị",
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "number"), name="unit_task_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done", True),
                            models.Q(("above", False), ("failing", False), ("late", False)),
                            _connector="OR",
                        ),
                        name="unit_task_undone_is_plain",
                    ),
                ],
            },
        ),
    )
