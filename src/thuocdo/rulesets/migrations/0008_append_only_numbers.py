from django.db import migrations

from thuocdo.audit.append_only import steps


class Migration(migrations.Migration):
    """Numbers of regulations are added and never changed."""

    dependencies = [("rulesets", "0007_regulation_numbers"), ("audit", "0002_append_only")]
    operations = [migrations.RunPython(*steps("rulesets_regulationnumber"))]
