"""A run knows who let it go on; a request says how much was decided when two officers agreed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    dependencies = [
        ("cycles", "0010_outlook_revision"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.AddField(
            model_name="run",
            name="resumed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="steprequest",
            name="results",
            field=models.PositiveIntegerField(null=True, verbose_name="số kết quả đã quyết định khi xác nhận"),
        ),
        migrations.AddField(
            model_name="steprequest",
            name="levels",
            field=models.PositiveIntegerField(null=True, verbose_name="số lần quyết định mức khi xác nhận"),
        ),
    )
