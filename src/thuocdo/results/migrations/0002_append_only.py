from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """Rolled-up scores are added and never changed."""

    dependencies = [("results", "0001_initial"), ("audit", "0002_append_only")]
    operations = [OnDatabase(*steps("results_rollup"))]
