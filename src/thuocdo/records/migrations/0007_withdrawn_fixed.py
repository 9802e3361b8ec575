from django.db import migrations

from thuocdo.audit.append_only import fixed
from thuocdo.audit.migrating import OnDatabase

TABLE, WITHDRAWN = "records_partystanding", "OLD.withdrawn_at IS NOT NULL"
fix, loosen = fixed("party_standings", {TABLE: WITHDRAWN}, kept={TABLE: WITHDRAWN})


class Migration(migrations.Migration):
    """A standing that was withdrawn as a mistake is kept to be read: it is changed and deleted no more."""

    dependencies = [("records", "0006_standings_withdrawn")]
    operations = [OnDatabase(fix, loosen)]
