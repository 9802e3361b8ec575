from django.db import migrations

from thuocdo.audit.append_only import steps


class Migration(migrations.Migration):
    """Self-scores and what is said of them are added and never changed."""

    dependencies = [("reviews", "0007_self_scores"), ("audit", "0002_append_only")]
    operations = [migrations.RunPython(*steps("reviews_selfscore", "reviews_recognition"))]
