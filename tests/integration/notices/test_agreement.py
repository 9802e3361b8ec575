"""The to-do list and the notices agree on every day of a month, and cost the same however much there is."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.agreement import OPEN, disagreements
from tests.cast import Cast
from tests.factories.months import exempted, make_task, open_month, sheet_of, submitted
from tests.house.sources import ROOT
from tests.integration.catalogues.conftest import submitted as submitted_catalogue
from tests.integration.catalogues.test_approval import approve
from thuocdo.accounts.models import User
from thuocdo.appraisals import actions
from thuocdo.notices.actions import notify
from thuocdo.notices.kinds import ASKED, ASKS, LIST_ONLY, TELLS
from thuocdo.notices.models import Notice
from thuocdo.organisation import waiting
from thuocdo.organisation.told import told
from thuocdo.organisation.waiting import Todo, todo
from thuocdo.web.home.views import _GROUPS, grouped

pytestmark = pytest.mark.django_db


@pytest.mark.long(15)
def test_every_step_of_a_month(cast: Cast, at: datetime) -> None:
    me, head, officer = cast.officer_appraised, cast.head, cast.organisation_officer
    make_task(me, cast.economy, 1, giver=cast.task_giver.user)
    users = [p.user for p in (me, head, officer, cast.colleague, cast.chairman, cast.chairman_above)]

    def version() -> int:
        return sheet_of(cycle, me).version

    cycle = open_month(cast.ward, officer)
    sheet = sheet_of(cycle, me)
    start = cycle.submit_by - timedelta(days=4)
    by_head = {"by": head.user}
    steps: list[Callable[[datetime], object]] = [
        lambda t: submitted(cycle, me, t),
        lambda t: actions.withdraw(sheet_id=sheet.pk, version=version(), by=me.user, at=t),
        lambda t: submitted(cycle, me, t),
        lambda t: actions.open_for_review(sheet_id=sheet.pk, at=t, **by_head),
        lambda t: actions.return_for_revision(
            sheet_id=sheet.pk, version=version(), reason="Thiếu minh chứng", at=t, **by_head
        ),
        lambda t: submitted(cycle, me, t),
        lambda t: exempted(sheet_of(cycle, cast.colleague), officer, t),
        lambda t: actions.allow_stand_in(sheet_id=sheet_of(cycle, cast.deputy).pk, reason="Ốm", by=officer.user, at=t),
    ]
    seen = set()
    for number, step in enumerate(steps):
        when = start + timedelta(days=number)
        step(when)
        for later in (timedelta(0), timedelta(days=20)):
            assert disagreements(users, when + later) == []
        mine = todo(me.user, when)
        seen.add(tuple(sorted(line.kind for line in mine)))
        shown = [line for group in grouped(mine) for line in group.todos]
        assert sorted(shown, key=str) == sorted(mine, key=str), "the page shows each line once"
    assert len(seen) >= 3, seen


def test_a_list_or_a_notice_that_says_otherwise_is_found(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = cast.officer_appraised.user
    cycle = open_month(cast.ward, cast.organisation_officer)
    users = list(User.objects.filter(is_active=True))
    assert disagreements(users, at) == []
    told_me = Notice.objects.filter(user=me, kind="cycle.opened")
    kept = told_me.get()
    told_me.delete()
    assert [one for one in disagreements(users, at) if "nobody was told of sheet.drafting" in one]
    kept.save()
    monkeypatch.setattr("tests.agreement.todo", lambda user, at: [])
    assert [one for one in disagreements(users, at) if "not on the own list" in one]
    submitted(cycle, cast.officer_appraised, at)
    evaluates = Todo("sheets.to_evaluate", "Đánh giá", f"/danh-gia/{cycle.pk}/", None, overdue=False)
    others = {cast.chairman.user.pk: [evaluates]}
    monkeypatch.setattr("tests.agreement.todo", lambda user, at: others.get(user.pk, []))
    missed = f"not on the own list of {cast.head.user.pk}: sheets.to_evaluate /danh-gia/{cycle.pk}/"
    assert missed in disagreements(users, at), "another head's line of the same period does not stand for it"
    line = Todo("sheet.drafting", "Lập phiếu", "/phieu/", None, overdue=False)
    monkeypatch.setattr("tests.agreement.todo", lambda user, at: [line] if user.pk == me.pk else [])
    found = disagreements(users, at)
    assert f"{me.username}: a line of nothing: sheet.drafting /phieu/" in found
    assert f"{me.username}: cycle.opened is not called done" in found


def test_done_is_said_on_the_page(cast: Cast, client: Client, at: datetime) -> None:
    cycle = open_month(cast.ward, cast.organisation_officer)
    client.force_login(cast.officer_appraised.user)
    assert "đã xong" not in client.get("/").content.decode()
    submitted(cycle, cast.officer_appraised, at)
    assert "đã xong" in client.get("/").content.decode()
    other = open_month(cast.ward, cast.organisation_officer, month=1)
    shown = told(cast.officer_appraised.user, todo(cast.officer_appraised.user, at))
    done = {one.notice.text: one.done for one in shown if one.notice.kind == "cycle.opened"}
    assert sorted(done.values()) == [False, True], (done, other)


def test_a_line_of_an_unknown_kind_is_not_hidden() -> None:
    line = Todo("something.new", "Việc mới", "/", None, overdue=False)
    assert [(g.title, g.todos) for g in grouped([line])] == [("Việc khác", [line])]


def test_every_kind_of_line_and_of_notice_is_said_once() -> None:
    lines = {kind for source in waiting._SOURCES for kind in source.kinds - source.unseen}
    assert ASKED | LIST_ONLY.keys() == lines, "a kind that no room has, or that nobody said"
    assert not ASKED & LIST_ONLY.keys()
    assert not TELLS.keys() & ASKS.keys()
    assert OPEN.keys() == ASKED, "say in tests/agreement.py when it truly waits"
    shown = {kind for _, kinds in _GROUPS for kind in kinds}
    assert shown == lines, "a heading on the first page"


def test_a_room_with_a_line_of_an_unknown_kind_does_not_start() -> None:
    with pytest.raises(ValueError, match="no kind of to-do line"):
        waiting.register(waiting.Source(frozenset({"something.new"}), lambda asking: [], lambda asking, found: []))


def test_every_notice_that_is_written_is_of_a_known_kind() -> None:
    """Every kind of ours is written somewhere: one that nobody writes any more is deleted here."""
    text = "".join(path.read_text("utf-8") for path in (ROOT / "src/thuocdo").rglob("*.py") if path.name != "kinds.py")
    assert [kind for kind in (*ASKS, *TELLS) if f'"{kind}"' not in text] == []


def test_nobody_writes_a_notice_without_saying_whether_it_asks(cast: Cast, at: datetime) -> None:
    with pytest.raises(ValueError, match="no kind of notice"):
        notify(users=[cast.head.user], kind="something.new", text="Mới", path="/", at=at)


def test_a_catalogue_that_is_approved_is_no_longer_asked_for(cast: Cast, at: datetime) -> None:
    def asked() -> list[bool]:
        rows = told(cast.head.user, todo(cast.head.user, at))
        return [one.done for one in rows if one.notice.kind == "catalogue.submitted"]

    users = list(User.objects.filter(is_active=True))
    row = submitted_catalogue(cast, at)
    assert asked() == [False]
    assert disagreements(users, at) == []
    approve(row, cast.head.user, at)
    assert asked() == [True]
    assert disagreements(users, at) == []


def test_constant_queries_for_whoever_asks(cast: Cast, at: datetime) -> None:
    def counted() -> dict[str, int]:
        found = {}
        for person in (cast.officer_appraised, cast.head, cast.organisation_officer, cast.chairman):
            with CaptureQueriesContext(connection) as queries:
                todo(person.user, at)
            found[person.code] = len(queries)
        return found

    open_month(cast.ward, cast.organisation_officer, month=1)
    few = counted()
    for month in (2, 3):
        open_month(cast.ward, cast.organisation_officer, month=month)
    assert Notice.objects.count() > 10
    assert counted() == few
    assert max(few.values()) <= 5, few
