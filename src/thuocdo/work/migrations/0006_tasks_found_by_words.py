from django.db import migrations

from thuocdo.audit.migrating import OnDatabase
from thuocdo.organisation.finding.filling import index_of, steps


class Migration(migrations.Migration):
    """Tasks and their evidence that were there before words were kept."""

    dependencies = [("work", "0005_proposals_found_by_person"), ("organisation", "0005_search_entries")]
    operations = [
        migrations.RunPython(*steps("work", "task", "code", "title", "expected")),
        migrations.RunPython(*steps("work", "evidence", "text")),
        OnDatabase(*index_of("work.task")),
        OnDatabase(*index_of("work.evidence")),
    ]
