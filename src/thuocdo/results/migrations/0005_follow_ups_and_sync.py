import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("cycles", "0003_runs"),
        ("organisation", "0006_clerks"),
        ("results", "0004_append_only_handover_lines"),
    ]

    operations = together(
        migrations.CreateModel(
            name="FollowUpRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("commend", "khen thưởng, biểu dương"),
                            ("remind", "nhắc nhở"),
                            ("reprimand", "phê bình"),
                        ],
                        max_length=9,
                        verbose_name="hình thức",
                    ),
                ),
                (
                    "bound",
                    models.CharField(
                        choices=[("at_least", "từ mức điểm này trở lên"), ("below", "dưới mức điểm này")],
                        max_length=8,
                        verbose_name="so với mức điểm",
                    ),
                ),
                ("score", models.PositiveIntegerField(verbose_name="mức điểm (phần trăm)")),
                ("run", models.PositiveSmallIntegerField(verbose_name="số kỳ liền nhau")),
                ("start", models.DateField(verbose_name="từ ngày")),
                ("end", models.DateField(null=True, verbose_name="đến trước ngày")),
                ("decided_by", models.CharField(max_length=160, verbose_name="cấp quyết định")),
                ("source", models.CharField(max_length=500, verbose_name="văn bản, căn cứ")),
                ("set_at", models.DateTimeField(verbose_name="ghi lúc")),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_up_rules",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "tiêu chí khen, nhắc",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="follow_up_rule_dates",
                    ),
                    models.CheckConstraint(condition=models.Q(("run__range", (1, 12))), name="follow_up_rule_run"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", ""), _negated=True), models.Q(("source", ""), _negated=True)
                        ),
                        name="follow_up_rule_has_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chain", models.CharField(max_length=40, verbose_name="chuỗi nhật ký")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("commend", "khen thưởng, biểu dương"),
                            ("remind", "nhắc nhở"),
                            ("reprimand", "phê bình"),
                        ],
                        max_length=9,
                        verbose_name="hình thức",
                    ),
                ),
                ("basis", models.JSONField(verbose_name="kết quả làm căn cứ")),
                ("proposal", models.CharField(max_length=1000, verbose_name="lý do đề xuất")),
                ("proposed_at", models.DateTimeField(verbose_name="đề xuất lúc")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "đề xuất, chờ quyết định"),
                            ("agreed", "đã quyết định, chưa thông báo"),
                            ("declined", "không thực hiện"),
                            ("withdrawn", "đã rút đề xuất"),
                            ("published", "đã thông báo"),
                        ],
                        default="proposed",
                        max_length=9,
                        verbose_name="trạng thái",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="quyết định lúc")),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="lý do quyết định")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="số văn bản")),
                ("signed_on", models.DateField(null=True, verbose_name="ngày văn bản")),
                ("published_at", models.DateTimeField(null=True, verbose_name="thông báo lúc")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="organisation.person"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="results.followuprule",
                    ),
                ),
            ],
            options={
                "verbose_name": "khen thưởng, nhắc nhở",
                "indexes": [models.Index(fields=["unit", "state"], name="follow_up_by_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("proposal", ""), _negated=True), name="follow_up_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_decides_own_follow_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("state__in", ("proposed", "withdrawn")),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ("agreed", "declined", "published")),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="follow_up_decision_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_at__isnull", False), ("published_by__isnull", False), ("state", "published")
                            ),
                            models.Q(
                                models.Q(("state", "published"), _negated=True),
                                ("published_at__isnull", True),
                                ("published_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="follow_up_published_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SyncMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("covers_until", models.DateTimeField(verbose_name="gồm kết quả xác nhận đến")),
                ("results", models.PositiveIntegerField(verbose_name="số kết quả")),
                ("digest", models.CharField(max_length=64, verbose_name="băm các kết quả")),
                ("done_on", models.DateField(verbose_name="ngày cập nhật")),
                ("reference", models.CharField(max_length=200, verbose_name="mã hoặc căn cứ")),
                ("at", models.DateTimeField(verbose_name="ghi lúc")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sync_marks", to="cycles.cycle"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "ghi nhận cập nhật dữ liệu quốc gia",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reference", ""), _negated=True), name="sync_mark_has_reference"
                    ),
                    models.UniqueConstraint(fields=("cycle", "unit", "covers_until"), name="sync_mark_once"),
                ],
            },
        ),
    )
