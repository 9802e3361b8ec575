import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("cycles", "0001_initial"),
        ("organisation", "0001_initial"),
    ]

    operations = together(
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="phiên bản")),
                ("rulebook", models.CharField(max_length=80, verbose_name="bộ quy tắc")),
                ("overlays", models.JSONField(default=list, verbose_name="quy chế bổ sung")),
                ("rulebook_hash", models.CharField(max_length=64, verbose_name="băm bộ quy tắc")),
                ("engine_version", models.CharField(max_length=20, verbose_name="phiên bản bộ tính")),
                ("outcome_kind", models.CharField(max_length=16, verbose_name="loại kết quả")),
                ("outcome", models.TextField(verbose_name="kết quả")),
                ("score", models.CharField(blank=True, max_length=200, verbose_name="điểm (phân số)")),
                ("score_shown", models.PositiveIntegerField(null=True, verbose_name="điểm hiển thị (phần trăm)")),
                ("band", models.CharField(blank=True, max_length=20, verbose_name="mức tương ứng")),
                ("comment", models.TextField(verbose_name="ý kiến nhận xét")),
                ("at", models.DateTimeField(verbose_name="xác nhận lúc")),
                ("replace_reason", models.CharField(blank=True, max_length=1000, verbose_name="lý do thay thế")),
                (
                    "confirmed_by",
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
                        to="appraisals.confirmation",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "kết quả đã xác nhận",
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafting", "đang lập"),
                            ("submitted", "đã nộp"),
                            ("under_review", "người đánh giá đã mở"),
                            ("returned", "trả lại để bổ sung"),
                            ("confirmed", "đã xác nhận"),
                            ("exempted", "miễn lập phiếu kỳ này"),
                        ],
                        default="drafting",
                        max_length=12,
                        verbose_name="trạng thái",
                    ),
                ),
                ("submit_by", models.DateTimeField(verbose_name="hạn nộp")),
                ("extended_until", models.DateTimeField(null=True, verbose_name="được gia hạn đến")),
                ("stand_in_allowed", models.BooleanField(default=False, verbose_name="người đánh giá được lập thay")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                ("changed_at", models.DateTimeField(verbose_name="thay đổi lúc")),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="cycles.cycle"
                    ),
                ),
                (
                    "evaluator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sheet", to="cycles.member"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="organisation.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "phiếu theo dõi, đánh giá",
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "person"), name="sheet_once_per_cycle"),
                    models.CheckConstraint(
                        condition=models.Q(("evaluator", models.F("person")), _negated=True),
                        name="sheet_not_own_evaluator",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("return", "trả lại"),
                            ("extension", "gia hạn"),
                            ("exemption", "miễn lập phiếu"),
                            ("stand_in", "người đánh giá lập thay phần còn thiếu"),
                        ],
                        max_length=10,
                        verbose_name="loại",
                    ),
                ),
                ("reason", models.CharField(max_length=1000, verbose_name="lý do")),
                ("until", models.DateTimeField(null=True, verbose_name="đến lúc")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="remarks", to="appraisals.sheet"
                    ),
                ),
            ],
            options={
                "verbose_name": "ghi chú xử lý",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="remark_has_reason")
                ],
            },
        ),
        migrations.CreateModel(
            name="Petition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="nội dung kiến nghị")),
                ("received_at", models.DateTimeField(verbose_name="nhận lúc")),
                ("answer_by", models.DateField(verbose_name="hạn trả lời")),
                ("authority_note", models.CharField(max_length=500, verbose_name="vì sao nơi này giải quyết")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "đang giải quyết"),
                            ("upheld", "giữ nguyên kết quả"),
                            ("corrected", "đã sửa bằng kết quả mới"),
                        ],
                        default="received",
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="trả lời")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="trả lời lúc")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "confirmation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="petition",
                        to="appraisals.confirmation",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="petitions", to="appraisals.sheet"
                    ),
                ),
            ],
            options={
                "verbose_name": "kiến nghị",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True), ("answered_by__isnull", True), ("state", "received")
                            ),
                            models.Q(
                                models.Q(("state", "received"), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="petition_answer_has_reasons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by__isnull", True),
                            models.Q(("answered_by", models.F("author")), _negated=True),
                            _connector="OR",
                        ),
                        name="petition_not_answered_by_author",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.TextField(verbose_name="nội dung")),
                ("saved_at", models.DateTimeField(verbose_name="lưu lúc")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drafts", to="appraisals.sheet"
                    ),
                ),
            ],
            options={
                "verbose_name": "bản nháp",
                "constraints": [models.UniqueConstraint(fields=("sheet", "author"), name="draft_once_per_author")],
            },
        ),
        migrations.AddField(
            model_name="confirmation",
            name="sheet",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="confirmations", to="appraisals.sheet"
            ),
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="lần")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("self", "công chức tự đánh giá"),
                            ("evaluator", "người đánh giá"),
                            ("stand_in", "người đánh giá lập khi thiếu phiếu tự đánh giá"),
                        ],
                        max_length=10,
                        verbose_name="phần",
                    ),
                ),
                ("document", models.TextField(verbose_name="nội dung")),
                ("digest", models.CharField(max_length=64, verbose_name="băm nội dung")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="submissions", to="appraisals.sheet"
                    ),
                ),
            ],
            options={
                "verbose_name": "bản đã nộp",
                "constraints": [models.UniqueConstraint(fields=("sheet", "number"), name="submission_number_once")],
            },
        ),
        migrations.AddField(
            model_name="confirmation",
            name="submission",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="confirmation", to="appraisals.submission"
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.UniqueConstraint(fields=("sheet", "number"), name="confirmation_number_once"),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_by", models.F("subject")), _negated=True),
                name="nobody_confirms_own_sheet",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaces__isnull", True), models.Q(("replace_reason", ""), _negated=True), _connector="OR"
                ),
                name="replacement_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", 1), ("replaces__isnull", True)),
                    models.Q(("number__gt", 1), ("replaces__isnull", False)),
                    _connector="OR",
                ),
                name="only_first_confirmation_replaces_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(("comment", ""), _negated=True), name="confirmation_has_comment"
            ),
        ),
    )
