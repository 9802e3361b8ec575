from django.db import migrations

from thuocdo.audit.append_only import steps


class Migration(migrations.Migration):
    """Evidence is added and never changed: withdrawing it is a row of its own."""

    dependencies = [("work", "0003_evidence_causes_clarifications"), ("audit", "0002_append_only")]
    operations = [migrations.RunPython(*steps("work_evidence"))]
