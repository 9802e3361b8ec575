from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """Marks of transfers are added and never changed."""

    dependencies = [("results", "0005_follow_ups_and_sync")]
    operations = [OnDatabase(*steps("results_syncmark"))]
