import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    dependencies = [
        ("collectives", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.CreateModel(
            name="UnitDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[("self", "đơn vị tự đánh giá"), ("authority", "cấp đánh giá đề xuất")],
                        max_length=9,
                        verbose_name="phần",
                    ),
                ),
                ("document", models.TextField(verbose_name="nội dung")),
                ("saved_at", models.DateTimeField(verbose_name="lưu lúc")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="collectives.unitsheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "bản nháp phiếu đơn vị",
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "part", "author"), name="unit_draft_once_per_author")
                ],
            },
        ),
    )
