"""An index for the units that evaluate somebody in a period: they are counted, and one page of them is read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appraisals", "0020_cycle_totals"),
        ("cycles", "0010_outlook_revision"),
        ("organisation", "0010_in_order"),
    ]
    operations = [
        migrations.AddIndex(
            model_name="sheetcount",
            index=models.Index(fields=["cycle", "evaluator_unit"], name="sheet_count_evaluating"),
        ),
    ]
