"""1,000 random deeds of the database's owner against an exported heads file: each is found."""

from collections import Counter
from datetime import datetime

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from tests.conftest import APPEND_ONLY_TABLES
from tests.guards import outside_actions
from tests.integration.audit.forger import Forger, NotPossible
from tests.integration.audit.world import World
from thuocdo.audit import append_only, heads
from thuocdo.audit.tables import protected_models
from thuocdo.audit.verify import verify

DEEDS = 1000


ROOMS_LEFT_OUT = {"calendars", "catalogues", "collectives", "decisions", "inflow", "plans", "results"}
"""Their rows carry the same digests, but the small world of this test holds none of them."""
TABLES_LEFT_OUT = {
    "appraisals.LevelProposal",
    "appraisals.QuotaPlaces",
    "notices.Mailbox",
    "organisation.ActingHead",
    "organisation.Contact",
    "organisation.Delegation",
    "organisation.DelegationCover",
    "organisation.Departure",
    "organisation.DeputyField",
    "organisation.PersonMerge",
    "organisation.PersonName",
    "organisation.Placement",
    "organisation.Reorganisation",
    "organisation.Succession",
    "work.CauseClaim",
    "work.Clarification",
    "work.Evidence",
    "work.UncountableChoice",
}


def test_every_table_of_the_record_has_rows_to_forge(world: World) -> None:
    ours = [m for m in protected_models() if m._meta.app_label not in ROOMS_LEFT_OUT]
    assert {m._meta.label for m in ours if not m._base_manager.exists()} == TABLES_LEFT_OUT


@pytest.mark.slow
def test_each_of_a_thousand_forgeries_is_found(world: World, at: datetime) -> None:
    exported = heads.export(at=at)
    append_only.release(connection, *APPEND_ONLY_TABLES)
    forger = Forger(seed=335)
    escaped, done = [], Counter[str]()
    while done.total() < DEEDS:
        with outside_actions(), transaction.atomic():
            try:
                with transaction.atomic():
                    what = forger.deed()
            except (NotPossible, IntegrityError, DataError):
                continue
            done[what.partition(":")[0]] += 1
            if verify(exported).clean:
                escaped.append(what)
            transaction.set_rollback(True)
    assert escaped == []
    assert len(done) == len({deed.__name__ for deed in forger.deeds})
    assert verify(exported).clean
