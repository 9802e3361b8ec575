"""One agency, two rulebooks for the same people: a local month and a decree's year, each with its own dates."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import Cast
from tests.factories.months import VIETNAM, make_task, sheet_of
from tests.factories.schemes import judged, under_review
from tests.guards import outside_actions
from tests.integration.rulesets.conftest import user
from thuocdo.appraisals import actions as months
from thuocdo.appraisals import queries
from thuocdo.audit.verify import verify
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.rulesets import actions
from thuocdo.rulesets.models import Binding
from thuocdo.rulesets.periods import spans_of
from thuocdo.rulesets.queries import rule_for
from thuocdo.rulesets.regulation_start import inherited
from thuocdo.rulesets.reorganised import _shared

LOCAL, DECREE, POINTS = "local/da-nang-2013", "state/nd-90-2020-nd-48-2023", "state/nd-335-2025"
AT = datetime(2025, 12, 10, 9, 0, tzinfo=VIETNAM)
START = date(2025, 11, 1)
PAGE = "/to-chuc/quy-dinh-ap-dung/"


def bound(cast: Cast, rulebook: str, start: date = START, at: datetime = AT, **more: Any) -> Binding:
    return actions.bind(
        by=user(cast.organisation_officer), at=at, unit_id=cast.ward.pk, subject_kind="civil_servant", start=start,
        rulebook=rulebook, decided_by="Chủ tịch Ủy ban nhân dân phường", reason=f"Quyết định về {rulebook}", **more,
    )  # fmt: skip


def row(cast: Cast, rulebook: str, start: date, **more: Any) -> Binding:
    """A row as tables held it before kinds of period were told apart, unless `more` says one."""
    with outside_actions():
        return Binding.objects.create(
            unit=cast.ward, subject_kind="civil_servant", rulebook=rulebook, overlays=[], start=start,
            decided_by="Chủ tịch", reason="Quyết định", **more,
        )  # fmt: skip


def opened(cast: Cast, kind: str, year: int, number: int, at: datetime = AT) -> Cycle:
    return months.open_cycle(
        root_id=cast.ward.pk, kind=kind, year=year, number=number, submit_by=at + timedelta(days=2),
        confirm_by=at + timedelta(days=4), choices={}, by=user(cast.organisation_officer), at=at,
    )  # fmt: skip


def rules_on(cast: Cast, on: date) -> tuple[str | None, str | None, str | None]:
    """The rulebooks of a civil servant below the ward, by month, quarter and year."""
    month, quarter, year = (
        rule_for(cast.economy, "civil_servant", on, period).rulebook for period in ("month", "quarter", "year")
    )
    return month, quarter, year


@pytest.fixture
def both(cast: Cast) -> Cast:
    bound(cast, LOCAL)
    bound(cast, DECREE)
    return cast


def test_a_local_month_and_the_year_of_a_decree_stand_beside_each_other(both: Cast) -> None:
    local, decree = Binding.objects.order_by("pk")
    assert (local.periods, local.end, decree.periods, decree.end) == ("parts", None, "year", None)
    assert rules_on(both, START) == (LOCAL, LOCAL, DECREE)
    assert rules_on(both, START - timedelta(days=1)) == (None, None, None)
    assert bound(both, DECREE) == decree, "the same again changes nothing"
    assert Binding.objects.count() == 2
    assert inherited(both.economy, LOCAL, START) == inherited(both.economy, DECREE, START) == ()


def test_the_year_is_opened_under_its_decree_and_prefilled_from_its_months(both: Cast, client: Client) -> None:
    person = both.colleague
    for number in (1, 2, 3):
        make_task(person, both.economy, number, month=date(2025, 11, 1), giver=user(both.task_giver))
    month = opened(both, "month", 2025, 11)
    assert {m.rulebook for m in Member.objects.filter(cycle=month, kind="civil_servant", standing="in")} == {LOCAL}
    sheet = under_review(month, person, {"marks.total": "90"}, AT)
    assert judged(sheet, AT, fields={}, reasons={}).score == "90/1"

    year = opened(both, "year", 2025, 1)
    assert [pin["rulebook"] for pin in year.pins] == [DECREE]
    view = queries.own_sheet(user(person), sheet_of(year, person).pk, AT)
    # by hand: three tasks, all done, in time and well; posts from 1 July
    assert {name: view.document["fields"][name] for name in ("tasks.assigned", "tasks.done", "tasks.late")} == {
        "tasks.assigned": "3", "tasks.done": "3", "tasks.late": "0",
    }  # fmt: skip
    client.force_login(user(person))
    page = client.get(f"/phieu/{view.sheet.pk}/").content.decode()
    assert "Kết quả 1 tháng, quý đã xác nhận" in page
    assert "90 điểm" in page
    own = view.document["fields"] | {"tasks.above": "0", "facts.leave_months": "0", "absences.maternity": "0"}
    done = judged(under_review(year, person, own, AT), AT, fields=own | {"facts.criteria_well": "1"},
                  reasons={"facts.criteria_well": "Theo hồ sơ"})  # fmt: skip
    assert (done.rulebook, done.outcome_kind) == (DECREE, "rated")

    bound(both, POINTS, date(2026, 1, 1))
    later = datetime(2026, 2, 2, 9, 0, tzinfo=VIETNAM)
    after = opened(both, "month", 2026, 1, later)
    assert {m.rulebook for m in Member.objects.filter(cycle=after, kind="civil_servant", standing="in")} == {POINTS}
    assert rules_on(both, date(2025, 12, 31)) == (LOCAL, LOCAL, DECREE), "what was bound before its day still holds"
    assert [b.end for b in Binding.objects.order_by("pk")] == [date(2026, 1, 1), date(2026, 1, 1), None]
    year.refresh_from_db()
    assert [pin["rulebook"] for pin in year.pins] == [DECREE]
    assert Member.objects.get(cycle=year, person=person).rulebook == DECREE
    assert {p.code for p in verify().problems} == {"inserted"}, "the cast is written beside the record"
    assert "rulesets.binding" not in {p.kind for p in verify().problems}


def test_a_rulebook_of_both_goes_on_for_what_another_does_not_take_over(cast: Cast) -> None:
    start, later = date(2026, 1, 1), date(2026, 3, 1)
    at = datetime(2026, 1, 10, 9, 0, tzinfo=VIETNAM)
    first = bound(cast, POINTS, start, at)
    assert first.periods == "all"
    bound(cast, LOCAL, later, at)
    assert rules_on(cast, date(2026, 2, 28)) == (POINTS, POINTS, POINTS)
    assert rules_on(cast, later) == (LOCAL, LOCAL, POINTS)
    rest = Binding.objects.get(periods="year")
    assert (rest.start, rest.end, rest.reason) == (later, None, first.reason)
    with pytest.raises(Conflict):
        bound(cast, LOCAL, date(2026, 2, 1), at, periods="parts")
    own = bound(cast, POINTS, date(2026, 4, 1), at, periods="year")
    assert (own.pk, own.start) == (rest.pk, later), "the same decision already holds for the year"


@pytest.mark.parametrize(
    ("rulebook", "periods", "words"),
    [(LOCAL, "year", "chỉ có phiếu kỳ tháng, quý cho công chức"), (DECREE, "parts", "chỉ có phiếu kỳ năm"),
     (LOCAL, "week", "Loại kỳ không có trong danh mục")],
)  # fmt: skip
def test_a_rulebook_is_bound_only_for_what_it_is_for(cast: Cast, rulebook: str, periods: str, words: str) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        bound(cast, rulebook, periods=periods)
    assert refused.value.field == "periods"


def test_no_two_rulebooks_for_one_kind_of_period_from_one_day(cast: Cast) -> None:
    row(cast, POINTS, START, periods="all")
    for periods in ("parts", "year", "all", "week"):
        with pytest.raises(IntegrityError), transaction.atomic():
            row(cast, LOCAL, START, periods=periods)
    row(cast, LOCAL, START + timedelta(days=1), periods="parts")


def test_old_rows_hold_for_what_their_rulebook_is_for(cast: Cast) -> None:
    """As the earlier version left them: the year's decree had ended the local month."""
    local = row(cast, LOCAL, date(2025, 8, 1), end=START)
    decree = row(cast, DECREE, START)
    assert (spans_of(local), spans_of(decree)) == ({"parts"}, {"year"})
    assert rules_on(cast, date(2025, 8, 1)) == (LOCAL, LOCAL, None)
    assert rules_on(cast, START) == (None, None, DECREE)
    again = bound(cast, LOCAL, START)
    decree.refresh_from_db()
    assert (again.end, decree.end) == (None, None)
    assert rules_on(cast, START) == (LOCAL, LOCAL, DECREE)
    gone, none = Binding(rulebook="state/khong-con", subject_kind="cadre"), Binding(subject_kind="cadre")
    assert spans_of(gone) == spans_of(none) == {"parts", "year"}


def test_the_page_shows_and_records_both(both: Cast, client: Client) -> None:
    client.force_login(user(both.organisation_officer))
    page = client.get(PAGE).content.decode()
    assert "công chức, kỳ tháng, quý</dt>" in page
    assert "công chức, kỳ năm</dt>" in page
    form = {
        "unit": both.ward.pk, "subject_kind": "cadre", "rulebook": LOCAL, "periods": "year", "start": "01/11/2025",
        "decided_by": "Chủ tịch", "reason": "Quyết định 5",
    }  # fmt: skip
    refused = client.post(PAGE, form)
    assert refused.status_code == 400
    assert 'id="periods-error"' in refused.content.decode()
    assert client.post(PAGE, form | {"rulebook": "", "periods": "year"}).status_code == 302
    assert client.post(PAGE, form | {"periods": ""}).status_code == 302
    assert sorted(Binding.objects.filter(subject_kind="cadre").values_list("rulebook", "periods")) == [
        ("", "year"), (LOCAL, "parts"),
    ]  # fmt: skip
    shelf = client.get("/quy-tac/?doi-tuong=civil_servant").content.decode()
    assert "kỳ tháng</div>" in shelf
    assert "kỳ năm</div>" in shelf
    asked = client.get("/quy-tac/chon/?ai=leader&ngay=01/06/2026&ngay-xep-loai=01/07/2026&ky=quarter")
    assert '<option value="quarter" selected>' in asked.content.decode()


def test_a_successor_takes_over_each_rule_that_all_old_units_shared() -> None:
    change: Any = SimpleNamespace(start=START, by=None)
    local = Binding(subject_kind="cadre", rulebook=LOCAL, decided_by="A", reason="B")
    decree, points = Binding(subject_kind="cadre", rulebook=DECREE), Binding(subject_kind="cadre", rulebook=POINTS)
    one = {("cadre", "parts"): local, ("cadre", "year"): decree}
    made = [(b.rulebook, b.periods) for b in _shared(7, [one, dict(one)], change)]
    assert made == [(LOCAL, "parts"), (DECREE, "year")]
    assert [b.periods for b in _shared(7, [dict.fromkeys(one, points)], change)] == ["all"]
    other = {("cadre", "parts"): points, ("cadre", "year"): decree}
    assert [(b.rulebook, b.periods) for b in _shared(7, [one, other], change)] == [(DECREE, "year")]


def test_a_rulebook_no_longer_in_force_says_until_when_and_only_overlays_of_rulebooks_that_bind_are_offered(
    cast: Cast, client: Client
) -> None:
    client.force_login(user(cast.organisation_officer))
    page = client.get(PAGE).content.decode()
    assert "QĐ 3814-QĐ/TU (Hà Nội, 2018) (kỳ tháng, quý; hết hiệu lực từ 28/10/2021)" in page
    assert 'value="overlays/vi-du-ha-noi-2018"' in page
    assert "overlays/vi-du-ha-noi-chi-2026" not in page, "what is paid for a result binds nobody's sheet"
    with pytest.raises(Refusal, match="có hiệu lực từ 01/07/2018 đến hết 27/10/2021"):
        bound(cast, "local/ha-noi-3814-2018")
    with pytest.raises(Refusal, match=r"“Tiêu chí chi tiết theo khung năm 2018 .*” không phải của bộ quy tắc đã chọn"):
        bound(cast, "local/da-nang-2013", overlays=("overlays/vi-du-ha-noi-2018",))
