import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("organisation", "0001_initial"),
        ("rulesets", "0003_append_only"),
    ]

    operations = together(
        migrations.CreateModel(
            name="Regulation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rulebook", models.CharField(max_length=80, verbose_name="bộ quy tắc")),
                ("number", models.PositiveSmallIntegerField(verbose_name="bản số")),
                ("base", models.JSONField(default=list, verbose_name="quy chế của cấp trên")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafting", "đang soạn"),
                            ("proposed", "đã trình"),
                            ("approved", "đã phê duyệt"),
                            ("dropped", "đã bỏ"),
                        ],
                        default="drafting",
                        max_length=8,
                        verbose_name="trạng thái",
                    ),
                ),
                ("document", models.TextField(verbose_name="nội dung đang soạn")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="lần sửa")),
                ("changed_at", models.DateTimeField(verbose_name="sửa lúc")),
                ("proposed_at", models.DateTimeField(null=True, verbose_name="trình lúc")),
                ("returned", models.CharField(blank=True, max_length=1000, verbose_name="lý do trả lại")),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposed_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="regulations", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "quy chế của đơn vị",
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "rulebook", "number"), name="regulation_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["drafting", "proposed"])),
                        fields=("unit", "rulebook"),
                        name="regulation_one_draft_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["proposed", "approved"]), _negated=True),
                            models.Q(("proposed_at__isnull", False), ("proposed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="regulation_proposed_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegulationText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True, verbose_name="khóa")),
                ("title", models.CharField(max_length=300, verbose_name="tên")),
                ("content", models.TextField(verbose_name="nội dung")),
                ("digest", models.CharField(max_length=64, verbose_name="băm nội dung")),
                ("kinds", models.JSONField(default=list, verbose_name="đối tượng")),
                ("start", models.DateField(verbose_name="có hiệu lực từ ngày")),
                ("approved_at", models.DateTimeField(verbose_name="phê duyệt lúc")),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "regulation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="text", to="rulesets.regulation"
                    ),
                ),
            ],
            options={
                "verbose_name": "quy chế đã phê duyệt",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("proposed_by", models.F("approved_by")), _negated=True),
                        name="regulation_needs_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("content", ""), _negated=True), models.Q(("digest", ""), _negated=True)
                        ),
                        name="regulation_text_not_empty",
                    ),
                ],
            },
        ),
    )
