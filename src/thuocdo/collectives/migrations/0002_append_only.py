from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """What was submitted and decided is added and never changed."""

    dependencies = [("collectives", "0001_initial"), ("audit", "0002_append_only")]
    operations = [OnDatabase(*steps("collectives_unitsubmission", "collectives_unitresult"))]
