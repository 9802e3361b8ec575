from django.db import migrations

from thuocdo.audit.append_only import steps


class Migration(migrations.Migration):
    """A paper of an assessment is made and never changed: made again, it is another row."""

    dependencies = [("conclusions", "0004_papers"), ("audit", "0002_append_only")]
    operations = [migrations.RunPython(*steps("conclusions_assessmentpaper"))]
