from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """Evidence is added and never changed: withdrawing it is a row of its own."""

    dependencies = [("work", "0003_evidence_causes_clarifications"), ("audit", "0002_append_only")]
    operations = [OnDatabase(*steps("work_evidence"))]
