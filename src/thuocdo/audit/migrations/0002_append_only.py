from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """Events and their objects are added and never changed."""

    dependencies = [("audit", "0001_initial")]
    operations = [OnDatabase(*steps("audit_event", "audit_eventobject"))]
