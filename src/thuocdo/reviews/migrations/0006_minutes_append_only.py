from django.db import migrations

from thuocdo.audit.append_only import steps


class Migration(migrations.Migration):
    """Minutes and withdrawals of meetings are added and never changed."""

    dependencies = [("reviews", "0005_minutes"), ("audit", "0002_append_only")]
    operations = [migrations.RunPython(*steps("reviews_meetingminutes", "reviews_meetingwithdrawal"))]
