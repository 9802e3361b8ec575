from django.db import migrations

from thuocdo.audit.append_only import steps


class Migration(migrations.Migration):
    """Moves of periods to new versions of their rulebooks are added and never changed."""

    dependencies = [("cycles", "0005_rulebook_moves")]
    operations = [migrations.RunPython(*steps("cycles_rulebookmove"))]
