from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """A part of an assessment is added and never changed: a decision is replaced by another row."""

    dependencies = [("conclusions", "0001_conclusions"), ("audit", "0002_append_only")]
    operations = [OnDatabase(*steps("conclusions_assessmentpart"))]
