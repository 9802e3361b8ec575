from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """A filed report is added and never changed."""

    dependencies = [("reviews", "0001_reviews"), ("audit", "0002_append_only")]
    operations = [OnDatabase(*steps("reviews_reviewreport"))]
