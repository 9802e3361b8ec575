from django.db import migrations

from thuocdo.audit.append_only import steps
from thuocdo.audit.migrating import OnDatabase


class Migration(migrations.Migration):
    """Answers to what the rules leave open are added and never changed."""

    dependencies = [("appraisals", "0011_situation_answers")]
    operations = [OnDatabase(*steps("appraisals_situationanswer"))]
