from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """A step done is added and never changed: taking it back is a row of its own."""

    dependencies = [("rounds", "0001_rounds"), ("audit", "0002_append_only")]
    operations = [OnDatabase(*steps("rounds_stepdone"))]
