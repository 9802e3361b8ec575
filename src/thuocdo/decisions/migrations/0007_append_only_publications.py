from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    dependencies = [("decisions", "0006_published_filled")]
    operations = [OnDatabase(*steps("decisions_publication", "decisions_publishedresult"))]
