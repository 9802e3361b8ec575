from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """Approved regulations are added and never changed."""

    dependencies = [("rulesets", "0004_regulations"), ("audit", "0002_append_only")]
    operations = [OnDatabase(*steps("rulesets_regulationtext"))]
