from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """Entries from paper are added and never changed."""

    dependencies = [("appraisals", "0009_paper_entries")]
    operations = [OnDatabase(*steps("appraisals_paperentry"))]
