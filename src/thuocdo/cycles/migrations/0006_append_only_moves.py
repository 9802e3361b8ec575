from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """Moves of periods to new versions of their rulebooks are added and never changed."""

    dependencies = [("cycles", "0005_rulebook_moves")]
    operations = [OnDatabase(*steps("cycles_rulebookmove"))]
