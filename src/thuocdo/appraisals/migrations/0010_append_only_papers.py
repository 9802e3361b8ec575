from django.db import migrations

from thuocdo.audit.append_only import steps


class Migration(migrations.Migration):
    """Entries from paper are added and never changed."""

    dependencies = [("appraisals", "0009_paper_entries")]
    operations = [migrations.RunPython(*steps("appraisals_paperentry"))]
