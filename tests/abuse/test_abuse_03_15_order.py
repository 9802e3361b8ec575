"""Cases 3, 5, 7-10, 14, 15, 20-23, 39, 47: own sheet, order of steps, locked months, twice, stale, forged fields."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.abuse.strangers import BODY, urls
from tests.cast import Cast
from tests.clients import signed_in
from tests.factories import months
from tests.factories.people import add_post
from tests.guards import outside_actions
from tests.integration.web.office import form_of, item_of, ready_cast, set_clock, text_of
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Confirmation, Sheet, Submission
from thuocdo.audit.models import Event
from thuocdo.audit.presenters import sentence
from thuocdo.audit.tables import protected_models
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.actions.runs import start_publishing
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.receipt import receiving
from thuocdo.organisation.models import Employment
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db
NOBODY = (403, 404, 405)
MARK = "mark:discipline"


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Cast:
    set_clock(monkeypatch, at)
    return ready_cast()


@pytest.fixture
def february(cast: Cast) -> Cycle:
    return months.open_month(cast.ward, cast.organisation_officer)


def form(sheet: Sheet, **changed: str) -> dict[str, str]:
    """The owner's form as a browser sends it, all marks typed."""
    typed = {f"mark:{slug}": text for slug, text in months.marks().items()}
    words = {"strengths": "Đúng hạn.", "shortcomings": "Chưa chủ động.", "unreported_ok": "1"}
    return typed | words | {"version": str(sheet.version)} | changed


def state() -> dict[str, list[Any]]:
    """Every row of the record, as stored."""
    return {m._meta.label_lower: list(m._default_manager.order_by("pk").values_list()) for m in protected_models()}


def posts_on(sheet: Sheet, task: Task) -> Iterator[tuple[str, dict[str, str]]]:
    """Every post that could change the month of a person, as the owner, the evaluator or the task giver sends it."""
    cycle, fields = sheet.cycle_id, form(sheet, do="review", version=str(sheet.version))
    for name in ("own_sheet", "save_sheet", "review_sheet", "withdraw"):
        yield reverse(name, args=[sheet.pk]), fields
    report = {"version": str(task.version), "completed": "1", "quality_met": "1", "on_time": "1", "whole": "1"}
    yield reverse("report_task", args=[sheet.pk, task.pk]), {f"task:{task.pk}:{k}": v for k, v in report.items()}
    for step in ("bao-cao", "bao-khong-lam-duoc", "minh-chung", "nguyen-nhan", "giai-trinh", "chia"):
        words = {"reason": "x", "text": "12/BC", "kind": "document", "share-0-assigned": "1"}
        yield reverse("task_step", args=[task.pk, step]), report | words
    yield reverse("task_withdraw", args=[task.pk]), {"version": str(task.version), "reason": "x"}
    new = {"title": "Thêm", "coefficient": "1", "assigned": "1", "due_date": "27/02/2026", "version": str(task.version)}
    yield reverse("task_change", args=[task.pk]), new
    yield reverse("tasks_person", args=[sheet.person_id]) + "?thang=2&nam=2026", new
    for name in ("evaluate_open", "evaluate_save", "evaluate_return", "evaluate_confirm", "evaluate_stand_in"):
        yield reverse(name, args=[sheet.pk]), {"version": str(sheet.version), "reason": "x", "comment": "Khác"}
    bulk = {"item": f"{sheet.pk}:{sheet.version}", "comment": "Khác", "final": "1"}
    yield reverse("evaluate_confirm_many", args=[cycle]), bulk


def read_beside(sheet: int, person: int) -> Iterator[str]:
    """The pages that show somebody else's sheet to whoever may see it."""
    for name in ("look", "plan_beside"):
        yield reverse(name, args=[sheet])
    yield reverse("form_01", args=[sheet, "docx"])
    yield reverse("bundle", args=[person, 2026])


@pytest.mark.long(11)
def test_abuse_03_heads_reach_only_their_own_people(cast: Cast, february: Cycle, at: datetime) -> None:
    """Of one ward: the head of another division, the head of a part, the deputy, on every page of a sheet filed."""
    sheet = months.submitted(february, cast.officer_appraised, at)
    above = months.sheet_of(february, cast.head)
    task = months.make_task(cast.officer_appraised, cast.economy, 7)
    sent = BODY | {"version": str(sheet.version), "item": f"{sheet.pk}:{sheet.version}"}
    for person in (cast.head_elsewhere, cast.team_head, cast.deputy, cast.stranger):
        client = signed_in(person)
        for name, route, variable in urls():
            deputy_gives = variable == ("task_id",) and person == cast.deputy  # a deputy gives tasks in the unit
            if variable not in (("sheet_id",), ("task_id",)) or deputy_gives:
                continue
            for key in {sheet.pk, above.pk} if variable == ("sheet_id",) else {task.pk}:
                address = "/" + re.sub("<[^>]+>", str(key), route)
                assert client.get(address).status_code in NOBODY, (name, person)
                assert client.post(address, sent).status_code in NOBODY, (name, person)
        bulk = client.post(f"/danh-gia/{february.pk}/xac-nhan/", sent)
        assert bulk.status_code in NOBODY, person
    assert months.sheet_of(february, cast.officer_appraised).version == sheet.version


def test_abuse_04_what_a_former_head_decided_stays_as_it_was_and_closed_to_the_former_head(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    """The owner reads the decision as before; who left the post, even to head another unit, reaches no page of it."""
    done = months.confirmed(february, cast.officer_appraised, at)
    head, pages = signed_in(cast.head), list(read_beside(done.sheet_id, cast.officer_appraised.pk))
    for page in pages:
        answer = head.get(page)
        assert (answer.status_code, len(answer.getvalue()) > 0) == (200, True), page
    owner, why = signed_in(cast.officer_appraised), reverse("why", args=[done.sheet_id])
    before = text_of(owner.get(why))
    assert cast.head.full_name in before
    with outside_actions():
        Employment.objects.filter(person=cast.head).update(end=at.date())
        Employment.objects.filter(person=cast.deputy).update(leadership="head")
    assert text_of(owner.get(why)) == before
    former, stored = signed_in(cast.head), state()
    for name in ("evaluate_sheet", "evaluate_open", "evaluate_save", "evaluate_return", "evaluate_confirm"):
        sent = {"version": "9", "comment": "Khác", "reason": "x"}
        address = reverse(name, args=[done.sheet_id])
        assert former.post(address, sent).status_code in NOBODY, name
        assert former.get(address).status_code in NOBODY, name
    assert former.post(reverse("evaluate_confirm_many", args=[february.pk]), {"final": "1"}).status_code in NOBODY
    assert state() == stored
    add_post(cast.head, cast.culture, "Trưởng phòng", leadership="head", start=at.date())
    elsewhere, with_post = signed_in(cast.head), state()
    for page in (*pages, reverse("evaluate_table", args=[february.pk])):
        assert elsewhere.get(page).status_code in NOBODY, page
    assert state() == with_post


def test_abuse_05_the_own_sheet_by_every_route_even_with_every_role(cast: Cast, february: Cycle, at: datetime) -> None:
    """A head files and then tries to judge the own sheet by each page, alone and in bulk."""
    sheet = months.submitted(february, cast.head, at)
    head = signed_in(cast.head)
    for name in ("evaluate_open", "evaluate_save", "evaluate_return", "evaluate_confirm", "evaluate_stand_in"):
        sent = {"version": str(sheet.version), "comment": "Tốt", "reason": "x"}
        refused = 409 if name == "evaluate_save" else 404  # the owner's own draft is closed while the sheet is filed
        assert head.post(reverse(name, args=[sheet.pk]), sent).status_code == refused, name
        assert head.get(reverse("evaluate_sheet", args=[sheet.pk])).status_code == 404
    items = [f"{sheet.pk}:{sheet.version}"]
    other = months.submitted(february, cast.officer_appraised, at)
    many = reverse("evaluate_confirm_many", args=[february.pk])
    sent = {"item": [item_of(head, february.pk, other.pk), *items], "comment": "Tốt", "final": "1"}
    assert head.post(many, sent).status_code == 404, "one row of one's own stops the whole bulk"
    assert not Confirmation.objects.exists()
    assert months.sheet_of(february, cast.head).state == "submitted"


def test_abuse_07_no_step_is_skipped(cast: Cast, february: Cycle, at: datetime) -> None:
    drafting = months.sheet_of(february, cast.officer_appraised)
    head = {"by": cast.head.user, "at": at}
    with pytest.raises(Conflict):
        actions.confirm(sheet_id=drafting.pk, version=drafting.version, judgement=months.judgement(), **head)
    with pytest.raises(Conflict):
        actions.open_for_review(sheet_id=drafting.pk, **head)
    with pytest.raises(Refusal):
        actions.confirm_many(items=[(drafting.pk, drafting.version)], comment="Tốt", **head)
    officer = {"by": cast.organisation_officer.user, "at": at}
    with pytest.raises(Conflict):
        start_publishing(cycle_id=february.pk, **officer)
    with pytest.raises(Refusal):
        actions.close_cycle(cycle_id=february.pk, **officer)
    owner = signed_in(cast.officer_appraised)
    early = owner.post(reverse("petition", args=[drafting.pk]), {"confirmation": "1", "text": "Xem lại"})
    assert early.status_code in (404, 409)
    assert (
        signed_in(cast.head)
        .post(reverse("evaluate_confirm", args=[drafting.pk]), {"version": drafting.version, "comment": "Tốt"})
        .status_code
        == 409
    )
    drafting.refresh_from_db()
    assert (drafting.state, drafting.version) == ("drafting", 1)


@pytest.mark.long(12)
def test_abuse_08_after_the_result_no_post_changes_the_month(cast: Cast, february: Cycle, at: datetime) -> None:
    months.confirmed(february, cast.officer_appraised, at)
    sheet = months.sheet_of(february, cast.officer_appraised)
    task = Task.objects.filter(person=cast.officer_appraised).earliest("pk")
    for person in (cast.officer_appraised, cast.head, cast.task_giver, cast.organisation_officer):
        client = signed_in(person)
        before = state()
        for address, sent in posts_on(sheet, task):
            answer = client.post(address, sent)
            assert answer.status_code in (200, 302, 400, 403, 404, 405, 409), (address, answer.status_code)
            after = state()
            changed = [label for label in before if before[label] != after[label]]
            assert changed == [], f"{address} by {person} changed {changed}"
    owner, before = signed_in(cast.officer_appraised), Task.objects.count()
    new = {"title": "Thêm", "coefficient": "1", "assigned": "1", "due_date": "27/02/2026"}
    assert owner.post(reverse("propose_task") + "?thang=2&nam=2026", new).status_code == 409
    assert Task.objects.count() == before


def test_abuse_09_return_and_approve_one_after_the_other_from_the_same_page(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    """The same moment on two connections is test_confirm_against_return_and_against_itself; here two stale tabs."""
    sheet = months.opened(february, cast.officer_appraised, at)
    one, two = signed_in(cast.head), signed_in(cast.head)
    fields = form_of(two.get(reverse("evaluate_sheet", args=[sheet.pk])), reverse("evaluate_confirm", args=[sheet.pk]))
    back = {"version": sheet.version, "reason": "Thiếu minh chứng"}
    assert one.post(reverse("evaluate_return", args=[sheet.pk]), back).status_code == 302
    told = two.post(reverse("evaluate_confirm", args=[sheet.pk]), fields | {"comment": "Tốt"})
    assert told.status_code == 409
    assert "Lê Minh Đức" in text_of(told)
    assert not Confirmation.objects.exists()


def test_abuse_10_a_judgement_of_what_the_owner_changed_meanwhile_is_refused_and_kept(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    seen = months.submitted(february, cast.officer_appraised, at)
    head = signed_in(cast.head)
    stale = item_of(head, february.pk, seen.pk)
    owner = {"by": cast.officer_appraised.user, "at": at}
    actions.withdraw(sheet_id=seen.pk, version=seen.version, **owner)
    months.submitted(february, cast.officer_appraised, at, strengths="Bản khác.")
    sent = {"item": stale, "comment": "Tốt", "final": "1"}
    refused = head.post(reverse("evaluate_confirm_many", args=[february.pk]), sent)
    assert refused.status_code in (400, 409)
    with pytest.raises(Conflict, match="tải lại trang"):
        actions.confirm(sheet_id=seen.pk, version=seen.version, judgement=months.judgement(), by=cast.head.user, at=at)
    assert not Confirmation.objects.exists()


def test_abuse_14_twice_has_one_effect_and_one_receipt(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = months.sheet_of(february, cast.officer_appraised)
    phone, desk = signed_in(cast.officer_appraised), signed_in(cast.officer_appraised)
    path = reverse("review_sheet", args=[sheet.pk])
    receipts = []
    for client in (phone, desk, phone):
        answer = client.post(path, form(sheet))
        assert answer.headers["Location"] == reverse("receipt", args=[sheet.pk])
        receipts.append(text_of(client.get(answer.headers["Location"])))
    digest = Submission.objects.get().digest
    assert all(digest in page for page in receipts)
    assert Event.objects.filter(code="sheet.submitted").count() == 1


def test_abuse_15_a_post_captured_yesterday_does_nothing(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = months.sheet_of(february, cast.officer_appraised)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.officer_appraised.user)
    page = client.get(reverse("own_sheet", args=[sheet.pk])).content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    captured = form(sheet) | {"csrfmiddlewaretoken": token}
    path, cookies = reverse("review_sheet", args=[sheet.pk]), dict(client.cookies)
    assert client.post(path, captured).status_code == 302
    filed = months.sheet_of(february, cast.officer_appraised)
    actions.withdraw(sheet_id=filed.pk, version=filed.version, by=cast.officer_appraised.user, at=at)
    changed = captured | {"strengths": "Chữ đã bắt được"}
    assert client.post(path, changed).status_code == 409, "in the same session: the version has moved on"
    client.logout()
    thief = Client(enforce_csrf_checks=True)
    for name, morsel in cookies.items():
        thief.cookies[name] = morsel.value
    again = thief.post(path, captured)
    assert again.status_code in (302, 403)
    assert again.headers.get("Location", "/dang-nhap/").startswith("/dang-nhap/")
    assert months.sheet_of(february, cast.officer_appraised).state == "drafting"


def test_abuse_20_fields_that_no_form_has_are_ignored(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = months.sheet_of(february, cast.officer_appraised)
    task = Task.objects.filter(person=cast.officer_appraised).earliest("pk")
    owner, forged = signed_in(cast.officer_appraised), {
        "state": "confirmed", "total": "100", "score": "100", "approver": "1", "evaluator": str(cast.head.pk),
        "unit": "1", "is_staff": "1", "is_superuser": "1", "person": str(cast.colleague.pk), "by": "1", "id": "1",
        "given_by": "1", "coefficient": "99", "assigned": "1", "late_excused": "9", f"task:{task.pk}:assigned": "1",
        f"task:{task.pk}:coefficient": "99", f"task:{task.pk}:late_excused": "9", "band": "excellent",
    }  # fmt: skip
    kept = (sheet.evaluator_id, sheet.person_id, task.coefficient, task.assigned, task.given_by_id)
    owner.post(reverse("own_sheet", args=[sheet.pk]), form(sheet, do="review") | forged)
    assert owner.post(reverse("review_sheet", args=[sheet.pk]), form(sheet) | forged).status_code == 302
    sheet.refresh_from_db()
    task.refresh_from_db()
    assert sheet.state == "submitted"
    assert (sheet.evaluator_id, sheet.person_id, task.coefficient, task.assigned, task.given_by_id) == kept
    document = Submission.objects.get().document
    assert "superuser" not in document
    assert '"total"' not in document
    cast.officer_appraised.user.refresh_from_db()
    assert not getattr(cast.officer_appraised.user, "is_staff", False)


def test_abuse_21_marks_are_taken_exactly_or_refused(cast: Cast, february: Cycle) -> None:
    sheet, owner = months.sheet_of(february, cast.officer_appraised), signed_in(cast.officer_appraised)
    path = reverse("own_sheet", args=[sheet.pk])
    refused = (
        "-1", "−1", "0.0001", "0,001", "1e9", "1e400", "NaN", "sNaN", "-NaN", "Inf", "-Infinity", "9,5", "9.5", "1.000",
        "1,000", "４", "٤", "४", "", "   ", "5,1", "6", "999999999999999999999", "1/2", "0x5", "4,5,0", "+4", "½",
    )  # fmt: skip
    for typed in refused:
        answer = owner.post(path, form(sheet, do="review") | {MARK: typed})
        assert answer.status_code == 400, typed
        assert f'name="{MARK}" value="{typed}"' in answer.content.decode(), "what was typed is kept, not clamped"
    for typed in ("0", "5", "4,5", "4.5", " 4 ", "0,01"):
        assert owner.post(path, form(sheet, do="review") | {MARK: typed}).status_code == 302, typed
    assert not Submission.objects.exists()


def test_abuse_22_a_mark_over_its_maximum_cannot_be_filed(cast: Cast, february: Cycle, at: datetime) -> None:
    """Each mark has its maximum; they add up to the group's and to 30, so no sum can pass 30 of the first part."""
    sheet = months.sheet_of(february, cast.officer_appraised)
    full = months.self_document()
    for slug in full["marks"]:
        over = months.self_document(marks=months.marks(**{slug: "31"}))
        with pytest.raises(Refusal):
            actions.submit(
                sheet_id=sheet.pk, version=sheet.version, document=over, by=cast.officer_appraised.user, at=at
            )
    best = months.self_document(marks=months.marks(political_ethics="5"))
    actions.submit(sheet_id=sheet.pk, version=sheet.version, document=best, by=cast.officer_appraised.user, at=at)
    assert not Confirmation.objects.exists()


def test_abuse_23_the_score_is_the_servers(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = months.opened(february, cast.officer_appraised, at)
    head, confirm = signed_in(cast.head), reverse("evaluate_confirm", args=[sheet.pk])
    fields = form_of(head.get(reverse("evaluate_sheet", args=[sheet.pk])), confirm)
    lies = {"total": "12", "score": "12", "score_shown": "1200", "band": "poor", "general_total": "0", "ratio": "0"}
    assert head.post(confirm, fields | {"comment": "Tốt"} | lies).status_code == 302
    done = Confirmation.objects.get()
    assert (done.score, done.score_shown, done.band) == ("99/1", 9900, "excellent")


def test_abuse_39_the_moment_the_request_came_decides_and_is_kept(
    cast: Cast, february: Cycle, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = at + timedelta(hours=1)
    people = (cast.officer_appraised, cast.colleague)
    for person in people:
        sheet = months.sheet_of(february, person)
        actions.extend(sheet_id=sheet.pk, until=until, reason="Mất mạng", by=cast.organisation_officer.user, at=at)
    with outside_actions():
        Cycle.objects.filter(pk=february.pk).update(
            state="closed", closed_at=at, closed_by=cast.organisation_officer.user
        )
    for person, seconds, status in ((people[0], -1, 302), (people[1], 1, 409)):
        set_clock(monkeypatch, until + timedelta(seconds=seconds))
        monkeypatch.setattr("thuocdo.web.my_month.filing.now", lambda s=seconds: until + timedelta(seconds=s))
        sheet = months.sheet_of(february, person)
        answer = signed_in(person).post(reverse("review_sheet", args=[sheet.pk]), form(sheet))
        assert answer.status_code == status, text_of(answer)[:400]
    assert Submission.objects.get().at == until - timedelta(seconds=1)


class SlowBody(BytesIO):
    """A body of which nothing is read before the clock has gone on by half a minute."""

    def __init__(self, content: bytes, late: Callable[[], None]) -> None:
        super().__init__(content)
        self.late = late

    def read(self, size: int | None = -1) -> bytes:
        self.late()
        return super().read(size)


def test_abuse_39_a_body_that_takes_half_a_minute_counts_from_its_first_byte(
    cast: Cast, february: Cycle, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    until, ticks = at + timedelta(hours=1), {"now": at, "seconds": 0.0}
    sheet = months.sheet_of(february, cast.officer_appraised)
    officer = cast.organisation_officer.user
    actions.extend(sheet_id=sheet.pk, until=until, reason="Mất mạng", by=officer, at=at)
    with outside_actions():
        Cycle.objects.filter(pk=february.pk).update(state="closed", closed_at=at, closed_by=officer)
    sheet.refresh_from_db()
    clock = SimpleNamespace(now=lambda: ticks["now"], localdate=timezone.localdate)
    monkeypatch.setattr("thuocdo.web.access.timezone", clock)
    monkeypatch.setattr(
        "thuocdo.web.access.receiving", lambda moment, _clock: receiving(moment, lambda: ticks["seconds"])
    )

    def send(came: datetime) -> int:
        ticks.update(now=came, seconds=0.0)
        body = urlencode(form(sheet)).encode()
        late = SlowBody(body, lambda: ticks.update(now=came + timedelta(seconds=30), seconds=30.0))
        kind = "application/x-www-form-urlencoded"
        sent: dict[str, Any] = {"wsgi.input": late, "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": kind}
        path = reverse("review_sheet", args=[sheet.pk])
        return signed_in(cast.officer_appraised).generic("POST", path, **sent).status_code

    assert send(until + timedelta(seconds=1)) == 409, "the first byte came too late"
    assert send(until - timedelta(seconds=1)) == 302
    filed, event = Submission.objects.get(), Event.objects.get(code="sheet.submitted")
    assert filed.at == event.at == until - timedelta(seconds=1)
    assert json.loads(event.data)["waited"] == 30
    assert "30 giây" in sentence(event), "the grace is on the record"


def test_abuse_47_only_rows_that_were_shown_in_the_version_shown_are_confirmed(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    shown = months.submitted(february, cast.officer_appraised, at)
    hidden = months.submitted(february, cast.colleague, at)
    head, path = signed_in(cast.head), reverse("evaluate_confirm_many", args=[february.pk])
    row, other = item_of(head, february.pk, shown.pk), item_of(head, february.pk, hidden.pk)
    sent = {"item": [row], "comment": "Tốt", "final": "1", "all": "1", "trang-thai": ""}
    assert head.post(path, sent).status_code == 302
    assert months.sheet_of(february, cast.officer_appraised).state == "confirmed"
    assert months.sheet_of(february, cast.colleague).state == "submitted"
    seal = row.rpartition(":")[2]
    borrowed = f"{hidden.pk}:{hidden.version}:{seal}"
    for forged in (f"{hidden.pk}:{hidden.version + 1}", f"{hidden.pk}", "0:1", other[:-1], borrowed):
        assert head.post(path, sent | {"item": forged}).status_code >= 400, forged
    assert Confirmation.objects.count() == 1
