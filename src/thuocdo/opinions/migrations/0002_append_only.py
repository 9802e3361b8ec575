from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """What was counted and opened at closing is added and never changed."""

    dependencies = [("opinions", "0001_initial"), ("audit", "0002_append_only")]
    operations = [
        OnDatabase(*steps("opinions_opiniontally", "opinions_opinion", "opinions_opinioncomment")),
    ]
