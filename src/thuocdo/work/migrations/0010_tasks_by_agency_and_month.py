import django.db.models.deletion
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    """What an agency did in a month: with an index of the agency alone PostgreSQL read the whole month beside it."""

    dependencies = [("work", "0009_handed_back_and_asked_apart")]
    operations = together(
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["agency", "month"], name="task_by_agency_month"),
        ),
        migrations.AlterField(
            model_name="task",
            name="agency",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="tasks",
                to="organisation.unit",
            ),
        ),
    )
