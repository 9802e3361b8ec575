from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """What was handed over is added and never changed."""

    dependencies = [("results", "0003_handover"), ("audit", "0002_append_only")]
    operations = [OnDatabase(*steps("results_handoverline"))]
