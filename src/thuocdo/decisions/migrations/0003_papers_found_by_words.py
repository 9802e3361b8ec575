from django.db import migrations

from thuocdo.audit.migrating import OnDatabase
from thuocdo.organisation.finding.filling import index_of, steps


class Migration(migrations.Migration):
    """Papers that were there before words were kept."""

    dependencies = [("decisions", "0002_quota_note"), ("organisation", "0005_search_entries")]
    operations = [
        migrations.RunPython(*steps("decisions", "decision", "subject", join=("number", "symbol"))),
        OnDatabase(*index_of("decisions.decision")),
    ]
