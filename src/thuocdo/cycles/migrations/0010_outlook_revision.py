"""A token for the review before a period is opened (`cycles.outlook_kept`), beside those of units and posts."""

from django.db import migrations

from thuocdo.audit.migrating import OnDatabase
from thuocdo.audit.tokens import watching

EVERY = ("INSERT", "UPDATE", "DELETE")
WATCHED = {
    "organisation_unit": ("UPDATE OF name",),
    "organisation_person": ("INSERT", "UPDATE OF code, full_name, sort_key, user_id", "DELETE"),
    "accounts_user": ("UPDATE OF is_active",),
    "records_absence": EVERY,
    "rulesets_binding": EVERY,
    "cycles_cycle": ("INSERT", "UPDATE OF root_id, kind, year, number", "DELETE"),
    "cycles_member": ("INSERT", "UPDATE OF cycle_id, person_id, standing", "DELETE"),
}

class Migration(migrations.Migration):
    """After the tables below have the form they have today: SQLite loses the triggers of a table that it makes anew."""

    dependencies = [
        ("cycles", "0009_requests_again"),
        ("accounts", "0003_unsent_text"),
        ("organisation", "0009_posts_revision"),
        ("records", "0005_key_cadres"),
        ("rulesets", "0008_append_only_numbers"),
    ]
    operations = [OnDatabase(*watching("cycles_outlook_revision", WATCHED))]
