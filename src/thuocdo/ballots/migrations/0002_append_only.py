from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """What was entered and settled is added and never changed."""

    dependencies = [("ballots", "0001_initial"), ("audit", "0002_append_only")]
    operations = [OnDatabase(*steps("ballots_countentry", "ballots_minutes"))]
