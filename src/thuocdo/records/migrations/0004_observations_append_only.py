from django.db import migrations

from thuocdo.audit.append_only import steps


class Migration(migrations.Migration):
    """Observations, and what came of them, are added and never changed."""

    dependencies = [("records", "0003_observations"), ("audit", "0002_append_only")]
    operations = [migrations.RunPython(*steps("records_observation", "records_observationstep"))]
