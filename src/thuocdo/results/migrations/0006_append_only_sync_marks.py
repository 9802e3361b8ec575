from django.db import migrations

from thuocdo.audit.append_only import steps


class Migration(migrations.Migration):
    """Marks of transfers are added and never changed."""

    dependencies = [("results", "0005_follow_ups_and_sync")]
    operations = [migrations.RunPython(*steps("results_syncmark"))]
