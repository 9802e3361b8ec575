from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """Submitted documents, confirmed results and remarks are added and never changed."""

    dependencies = [("appraisals", "0001_initial"), ("audit", "0002_append_only")]
    operations = [
        OnDatabase(*steps("appraisals_submission", "appraisals_confirmation", "appraisals_remark"))
    ]
