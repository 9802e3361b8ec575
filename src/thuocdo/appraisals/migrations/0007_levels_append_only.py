from django.db import migrations

from thuocdo.audit.append_only import steps


class Migration(migrations.Migration):
    """Decisions on levels are added and never changed."""

    dependencies = [("appraisals", "0006_levels")]
    operations = [migrations.RunPython(*steps("appraisals_leveldecision"))]
