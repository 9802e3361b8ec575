"""Publication of a closed cycle: unit by unit, in the form that the authority chose, many units in one step."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.actions.second import confirm_request
from thuocdo.appraisals.locking import locked_cycle, require_officer
from thuocdo.appraisals.models import Confirmation
from thuocdo.appraisals.quota_check import Stop, quota_stops, words_of
from thuocdo.appraisals.second import Step, awaited, require_nothing_since
from thuocdo.audit import bulk
from thuocdo.audit.digests import canonical, sha256
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.cycles.models import Cycle, Run
from thuocdo.cycles.runs import ACTIVE
from thuocdo.decisions.models import Publication, PublicationForm, PublishedResult, Reopening
from thuocdo.decisions.published import unpublished
from thuocdo.kernel.errors import Conflict
from thuocdo.kernel.typed import text_from
from thuocdo.notices.models import Notice
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.successors import paths_on

NO_FORM = "chưa ghi nhận hình thức công bố mà cấp có thẩm quyền chọn"
NO_RESULT = "chưa có kết quả nào đã xác nhận"
REOPENED = "có phiếu đang mở lại để thay kết quả"
BATCH = 500


@dataclass(frozen=True)
class Published:
    """`created`: publications made now, `skipped`: ids of units with nothing new since the last publication, `failed`:
    unit id -> why, in words."""

    created: tuple[Publication, ...]
    skipped: tuple[int, ...]
    failed: Mapping[int, str]


@action
def publish_units(
    *, cycle_id: int, unit_ids: Collection[int], quota_reason: str = "", by: User, at: datetime, in_run: bool = False
) -> Published:
    """Publish the results that the heads of these units confirmed in a closed cycle; repeating changes nothing.

    `unit_ids` are units whose head evaluates (`Member.evaluator_unit`). What was decided since a unit's last
    publication (late sheets, joiners, replacements) makes a supplementary one. A constant number of queries for any
    number of units: one insert per table, one event; call it with a few hundred units at a time to be able to resume.
    Needs a `PublicationForm` on the unit or on one above it. Where a quota counts people of a unit, their levels are
    decided and within the places, counted over all results each time; `quota_reason` passes a recommended quota or an
    open figure and is kept. Where the agency wants two officers, this confirms what another one asked for; `in_run`, a
    batch of a run, confirms nothing. Raises NotYours, Conflict while the cycle is open or two officers did not agree.
    """
    cycle = locked_cycle(cycle_id)
    require_officer(cycle.root_id, by, at)
    require_closed(cycle)
    if in_run and not cycle.runs.filter(kind=Run.Kind.PUBLISH, state__in=ACTIVE).exists():
        nothing_changed()  # stopped or dropped since the worker chose these units
        return Published((), (), {})
    request = awaited(cycle, Step.PUBLISH, by, at, confirms=not in_run)
    asked = sorted(set(unit_ids))
    last = _numbers(cycle, asked)
    reopened = _reopened(cycle)  # before the results: one replaced in between still counts as open
    results, people = _results(cycle, asked)
    require_nothing_since(request)
    known = tuple(unit for unit in asked if unit in last and unit not in results)
    forms = forms_of(results, localdate(at))
    stops = quota_stops(cycle, list(results))
    reason = text_from(quota_reason, "Lý do", "quota_reason", 1000) if quota_reason.strip() else ""
    made, failed = [], {}
    for unit in asked:
        if unit in known:
            continue
        stop = stops.get(unit)
        why = _refused(unit, results, forms, reopened) or _over(stop, reason)
        if why:
            failed[unit] = why
            continue
        number, note = last.get(unit, 0) + 1, reason if stop else ""
        made.append(_publication(cycle, unit, number, results[unit], forms[unit], note, by, at))
    if not made:
        nothing_changed()
        return Published((), known, failed)
    Publication.objects.bulk_create(made, batch_size=BATCH)
    bulk.insert(PublishedResult, [(one.pk, result) for one in made for result in one.results], keyed=False)
    _tell(cycle, made, people, at)
    record(
        chain=cycle.root.code,
        code="results.published",
        by=by,
        at=at,
        objects=[*made, *confirm_request(request, by, at)],
        data={"cycle": cycle.pk, "units": len(made), "results": sum(len(one.results) for one in made)},
    )
    return Published(tuple(made), known, failed)


def require_closed(cycle: Cycle) -> None:
    """Raises Conflict while the cycle is open: nothing is published before everything is checked at closing."""
    if cycle.state != Cycle.State.CLOSED:
        raise Conflict(
            f"Kỳ {cycle.label} chưa khóa nên chưa công bố kết quả được. Hãy khóa kỳ (khi đó hệ thống kiểm tra mọi "
            "phiếu đã xong) rồi công bố."
        )


def _numbers(cycle: Cycle, units: list[int]) -> dict[int, int]:
    """The number of each unit's last publication. One query."""
    made = Publication.objects.filter(cycle=cycle, unit__in=units).order_by()
    return dict(made.values_list("unit").annotate(Max("number")))


def _results(cycle: Cycle, units: list[int]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Ids of the results in force and not published, and of the accounts they are about, by unit. One query."""
    results: dict[int, list[int]] = {}
    people: dict[int, list[int]] = {}
    rows = unpublished(Confirmation.objects.filter(sheet__cycle=cycle, sheet__member__evaluator_unit__in=units))
    for unit, pk, user in rows.order_by("pk").values_list("sheet__member__evaluator_unit_id", "pk", "subject__user_id"):
        results.setdefault(unit, []).append(pk)
        if user is not None:
            people.setdefault(unit, []).append(user)
    return results, people


def forms_of(units: Collection[int], on: date) -> dict[int, PublicationForm]:
    """The form that holds for each of the units on that day: the nearest one upwards, for one that has ended
    among those above whoever keeps its files. Three queries."""
    chosen: dict[int, PublicationForm] = {}
    for row in PublicationForm.objects.filter(on_day(on)).order_by("start", "pk"):
        chosen[row.unit_id] = row
    if not chosen or not units:
        return {}
    found = {}
    for unit, path in paths_on(units, on).items():
        nearest = next((chosen[above] for above in path if above in chosen), None)
        if nearest is not None:
            found[unit] = nearest
    return found


def _reopened(cycle: Cycle) -> set[int]:
    running = Reopening.objects.filter(cycle=cycle, state=Reopening.State.OPEN)
    return set(running.values_list("sheet__member__evaluator_unit_id", flat=True))


def _refused(unit: int, results: Mapping[int, object], forms: Mapping[int, object], reopened: Collection[int]) -> str:
    if unit not in results:
        return NO_RESULT
    if unit not in forms:
        return NO_FORM
    return REOPENED if unit in reopened else ""


def _over(stop: Stop | None, reason: str) -> str:
    return "" if stop is None or (stop.soft and reason) else words_of(stop)


def _publication(
    cycle: Cycle,
    unit: int,
    number: int,
    results: list[int],
    form: PublicationForm,
    note: str,
    by: User,
    at: datetime,
) -> Publication:
    return Publication(
        cycle=cycle,
        unit_id=unit,
        number=number,
        form=form.kind,
        form_note=form.decided_by,
        results=results,
        quota_note=note,
        digest=sha256(canonical(results)),
        by=by,
        at=at,
    )


def _tell(cycle: Cycle, made: list[Publication], people: Mapping[int, list[int]], at: datetime) -> None:
    text = f"Kết quả {cycle.short_name} của ông/bà đã được công bố; hãy xem và bấm “Đã nhận”."
    notice = bulk.Pattern(Notice, ("user_id",), kind="result.published", path="/quyet-dinh/", text=text, at=at)
    rows = [notice.row(user)[1:] for one in made for user in people.get(one.unit_id, ())]
    bulk.insert(Notice, rows, keyed=False)
