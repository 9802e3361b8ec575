import django.db.models.deletion
from django.db import migrations, models

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase, together

protect, release = steps("appraisals_paperentry")


class Migration(migrations.Migration):
    """SQLite makes a table anew for a constraint and loses its triggers: they are taken off before and put back after."""

    dependencies = [
        ("appraisals", "0016_counts_last_result"),
        ("organisation", "0006_clerks"),
    ]

    operations = together(
        OnDatabase(release, protect),
        migrations.AddField(
            model_name="paperentry",
            name="own_entered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("own_entered_by__isnull", True),
                    models.Q(("entered_by", models.F("own_entered_by")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_enters_both_parts",
            ),
        ),
        OnDatabase(protect, release),
    )
