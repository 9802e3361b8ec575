"""A run that stopped may be given up, with who did and why."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from thuocdo.audit.migrating import together

STATES = {
    "waiting": "chờ chạy", "running": "đang chạy", "stopped": "đã dừng", "failed": "gặp lỗi", "done": "đã xong",
    "dropped": "đã bỏ dở",
}  # fmt: skip
ENDED = Q(state__in=["done", "dropped"])


class Migration(migrations.Migration):
    dependencies = [
        ("cycles", "0011_who_goes_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.RemoveConstraint(model_name="run", name="run_one_unfinished_per_kind"),
        migrations.RemoveConstraint(model_name="run", name="run_done_has_time"),
        migrations.AddField(
            model_name="run",
            name="drop_reason",
            field=models.CharField("lý do bỏ dở", max_length=500, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="run",
            name="dropped_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="state",
            field=models.CharField("trạng thái", max_length=8, choices=list(STATES.items()), default="waiting"),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                fields=["cycle", "kind"], condition=~ENDED, name="run_one_unfinished_per_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=Q(ENDED, finished_at__isnull=False) | Q(~ENDED, finished_at__isnull=True),
                name="run_done_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=Q(~Q(drop_reason=""), state="dropped", dropped_by__isnull=False)
                | Q(~Q(state="dropped"), dropped_by__isnull=True, drop_reason=""),
                name="run_dropped_by_and_why",
            ),
        ),
    )
