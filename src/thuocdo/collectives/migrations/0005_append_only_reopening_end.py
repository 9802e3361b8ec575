"""A reopened sheet of a unit is closed again with its result as it was: added, never changed."""

import django.db.models.deletion
from django.db import migrations, models

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase, together


class Migration(migrations.Migration):
    dependencies = [("collectives", "0004_reopening"), ("organisation", "0010_in_order")]

    operations = together(
        migrations.CreateModel(
            name="UnitReopeningEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=1000, verbose_name="lý do giữ kết quả cũ")),
                ("at", models.DateTimeField(verbose_name="khóa lại lúc")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
                (
                    "reopening",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="end",
                        to="collectives.unitreopening",
                    ),
                ),
            ],
            options={
                "verbose_name": "khóa lại phiếu đơn vị",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="unit_reopening_end_has_reason"
                    )
                ],
            },
        ),
        OnDatabase(*steps("collectives_unitreopeningend")),
    )
