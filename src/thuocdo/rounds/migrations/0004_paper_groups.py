from django.db import migrations, models

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase, together

protect, release = steps("rounds_stepdone")


class Migration(migrations.Migration):
    """SQLite makes a table anew for a column and loses its triggers: they are taken off before and put back after."""

    dependencies = [
        ("rounds", "0003_leaderships"),
    ]

    operations = together(
        OnDatabase(release, protect),
        migrations.AddField(
            model_name="stepdone",
            name="group",
            field=models.CharField(
                blank=True, default="", max_length=60, verbose_name="nhóm có vị trí, vai trò tương đồng"
            ),
        ),
        OnDatabase(protect, release),
    )
