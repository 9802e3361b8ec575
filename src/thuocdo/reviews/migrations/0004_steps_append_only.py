from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """What was said of a remedy is added and never changed."""

    dependencies = [("reviews", "0003_meetings"), ("audit", "0002_append_only")]
    operations = [OnDatabase(*steps("reviews_remedystep"))]
