import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("cycles", "0002_rule_decision"),
        ("organisation", "0002_duties_and_changes"),
    ]

    operations = together(
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("open", "mở kỳ"), ("rate", "tính điểm đề xuất"), ("publish", "công bố kết quả")],
                        max_length=8,
                        verbose_name="việc",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "chờ chạy"),
                            ("running", "đang chạy"),
                            ("stopped", "đã dừng"),
                            ("failed", "gặp lỗi"),
                            ("done", "đã xong"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="trạng thái",
                    ),
                ),
                ("choices", models.JSONField(default=dict, verbose_name="lựa chọn của cán bộ tổ chức")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="tổng số")),
                ("created", models.PositiveIntegerField(default=0, verbose_name="đã làm")),
                ("skipped", models.PositiveIntegerField(default=0, verbose_name="bỏ qua")),
                ("failed", models.PositiveIntegerField(default=0, verbose_name="không làm được")),
                ("position", models.PositiveBigIntegerField(default=0, verbose_name="vị trí")),
                ("problem", models.CharField(blank=True, max_length=500, verbose_name="lỗi")),
                ("started_at", models.DateTimeField(verbose_name="bắt đầu lúc")),
                ("moved_at", models.DateTimeField(null=True, verbose_name="lần cuối có tiến triển")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="xong lúc")),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="cycles.cycle"
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt xử lý hàng loạt",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "done"), _negated=True),
                        fields=("cycle", "kind"),
                        name="run_one_unfinished_per_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", False), ("state", "done")),
                            models.Q(models.Q(("state", "done"), _negated=True), ("finished_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="run_done_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RunFailure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500, verbose_name="lý do")),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="failures", to="cycles.run"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "mục chưa xử lý được",
                "constraints": [
                    models.UniqueConstraint(fields=("run", "person"), name="run_failure_once_per_person"),
                    models.UniqueConstraint(fields=("run", "unit"), name="run_failure_once_per_unit"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", True), ("unit__isnull", False)),
                            models.Q(("person__isnull", False), ("unit__isnull", True)),
                            _connector="OR",
                        ),
                        name="run_failure_of_person_or_unit",
                    ),
                ],
            },
        ),
    )
