from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """Decisions on levels are added and never changed."""

    dependencies = [("appraisals", "0006_levels")]
    operations = [OnDatabase(*steps("appraisals_leveldecision"))]
