from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """Papers of a year are added and never changed."""

    dependencies = [("results", "0009_year_papers")]
    operations = [OnDatabase(*steps("results_yearpaper"))]
