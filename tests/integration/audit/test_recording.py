"""One action, one event, one transaction."""

import threading
from datetime import datetime

import pytest
from django.db import connections, transaction

from tests.guards import outside_actions
from tests.integration.audit.world import World, write
from thuocdo.accounts.links import new_links
from thuocdo.accounts.models import SignInLink, User
from thuocdo.audit import bulk
from thuocdo.audit.models import Chain, Event, EventObject
from thuocdo.audit.presenters import sentence
from thuocdo.audit.queries import events_of
from thuocdo.audit.recording import AuditBug, action, nothing_changed, record
from thuocdo.audit.verify import verify

pytestmark = pytest.mark.django_db


def account(at: datetime, name: str = "ai") -> User:
    return User(username=name, display_name="Ai", password="!", created_at=at)


def record_account(user: User, at: datetime) -> None:
    record(chain="x", code="account.created", by=None, at=at, objects=[user])


def test_an_action_without_an_event_is_a_bug_and_leaves_nothing(at: datetime) -> None:
    @action
    def silent() -> None:
        account(at).save()

    with pytest.raises(AuditBug, match="left 0 events"):
        silent()
    assert not User.objects.exists()


def test_an_action_with_two_events_is_a_bug(at: datetime) -> None:
    @action
    def twice() -> None:
        user = account(at)
        user.save()
        record_account(user, at)
        record_account(user, at)

    with pytest.raises(AuditBug, match="left 2 events"):
        twice()
    assert not Event.objects.exists()


def test_actions_do_not_nest(at: datetime) -> None:
    @action
    def outer() -> None:
        write(account(at), chain="x", code="account.created", by=None, at=at)

    with pytest.raises(AuditBug, match="inside another action"):
        outer()


def test_an_event_outside_an_action_is_a_bug(at: datetime) -> None:
    with pytest.raises(AuditBug, match="outside an action"):
        record_account(account(at), at)


def test_finding_the_work_done_leaves_no_event() -> None:
    @action
    def again() -> str:
        nothing_changed()
        return "done"

    assert again() == "done"
    assert not Event.objects.exists()


def test_two_different_copies_of_a_row_in_one_event_are_a_bug(at: datetime) -> None:
    user = account(at)
    write(user, chain="x", code="account.created", by=None, at=at)
    stale = User.objects.get(pk=user.pk)

    @action
    def mixed() -> None:
        user.display_name = "Khác"
        user.save()
        record(chain="x", code="account.created", by=None, at=at, objects=[user, stale])

    with pytest.raises(AuditBug, match="two different copies"):
        mixed()


def test_a_stale_copy_is_found_by_verification(at: datetime) -> None:
    user = account(at)
    write(user, chain="x", code="account.created", by=None, at=at)

    @action
    def careless() -> None:
        User.objects.filter(pk=user.pk).update(display_name="Khác")
        record(chain="x", code="account.created", by=None, at=at, objects=[user])

    careless()
    assert [p.code for p in verify().problems] == ["changed"]


def test_a_write_of_the_product_outside_an_action_is_refused_by_the_suite(at: datetime) -> None:
    """Also rows in bulk, which go by COPY on PostgreSQL, and those of another thread with a connection of its own."""
    user = account(at)
    user.save()
    with pytest.raises(AssertionError, match="write outside an action: INSERT"), transaction.atomic():
        new_links(users=[user], by=None, at=at)
    row = (1, user.pk, "x" * 64, None, at, at, None)
    assert len(row) == len(SignInLink._meta.concrete_fields)
    with pytest.raises(AssertionError, match=r"write outside an action: (COPY|INSERT)"), transaction.atomic():
        bulk.insert(SignInLink, [row])
    told: list[str] = []
    other = threading.Thread(target=_insert_and_close, args=(row, told), daemon=True)
    other.start()
    other.join(60)
    (words,) = told
    assert words.startswith(("write outside an action: COPY", "write outside an action: INSERT"))
    with outside_actions():
        assert new_links(users=[user], by=None, at=at)


def _insert_and_close(row: bulk.Row, told: list[str]) -> None:
    try:
        bulk.insert(SignInLink, [row])
    except AssertionError as refusal:
        told.append(str(refusal))
    finally:
        connections.close_all()


def test_what_a_factory_wrote_without_an_event_is_found(at: datetime) -> None:
    account(at).save()
    assert [p.message for p in verify().problems] == [
        f"Tài khoản (khóa {User.objects.get().pk}): có trong bảng nhưng không sự kiện nào ghi lại."
    ]


def test_events_are_numbered_and_linked_in_their_chain(world: World) -> None:
    events = list(Event.objects.filter(chain="A1").order_by("seq"))
    assert [e.seq for e in events] == list(range(1, len(events) + 1))
    assert [e.previous for e in events] == ["", *(e.hash for e in events[:-1])]
    head = Chain.objects.get(key="A1")
    assert (head.seq, head.head) == (events[-1].seq, events[-1].hash)


def test_an_object_counts_its_events_over_all_chains(at: datetime) -> None:
    user = account(at)
    for chain in ("x", "y", "x"):
        write(user, chain=chain, code="account.created", by=None, at=at)
    assert sorted(EventObject.objects.values_list("revision", flat=True)) == [1, 2, 3]


def test_the_history_of_one_object_reads_in_order(world: World) -> None:
    sheet = world.sheets[1]
    history = events_of("appraisals.sheet", sheet.pk)
    assert [sentence(e) for e in history] == ["Mở phiếu để đánh giá"]
    assert not events_of("appraisals.sheet", sheet.pk, codes=("sheet.viewed",)).exists()
