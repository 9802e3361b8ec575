from django.db import migrations

from thuocdo.audit.append_only import steps


class Migration(migrations.Migration):
    """Papers of a year are added and never changed."""

    dependencies = [("results", "0009_year_papers")]
    operations = [migrations.RunPython(*steps("results_yearpaper"))]
