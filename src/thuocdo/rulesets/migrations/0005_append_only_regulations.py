from django.db import migrations

from thuocdo.audit.append_only import steps


class Migration(migrations.Migration):
    """Approved regulations are added and never changed."""

    dependencies = [("rulesets", "0004_regulations"), ("audit", "0002_append_only")]
    operations = [migrations.RunPython(*steps("rulesets_regulationtext"))]
