from django.db import migrations

from thuocdo.audit.append_only import steps


class Migration(migrations.Migration):
    """What was submitted and decided is added and never changed."""

    dependencies = [("collectives", "0001_initial"), ("audit", "0002_append_only")]
    operations = [migrations.RunPython(*steps("collectives_unitsubmission", "collectives_unitresult"))]
