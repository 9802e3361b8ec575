from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """Kept versions of rulebooks are added and never changed."""

    dependencies = [("rulesets", "0002_rulebook_versions"), ("audit", "0002_append_only")]
    operations = [OnDatabase(*steps("rulesets_rulebookversion"))]
