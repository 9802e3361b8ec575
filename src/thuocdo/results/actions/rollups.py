"""Freezing roll-ups: one person with the authority's choices, or many where nothing is left open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts
from thuocdo.appraisals.errors import Refused
from thuocdo.audit.digests import sha256
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.engine import ENGINE_VERSION, Period
from thuocdo.engine.outcome import OpenQuestion
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.kernel.exact import fraction_text
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.models import Person
from thuocdo.results import access, rules
from thuocdo.results.gathering import Gathered, gather
from thuocdo.results.models import Rollup
from thuocdo.results.rating import Mean, mean_of

MOST = 500
NOT_AUTHORITY = (
    "Việc này còn điểm luật để ngỏ; người đứng đầu nơi đánh giá hoặc nơi xếp loại của người này quyết định. Ông/bà có "
    "thể báo người có thẩm quyền mở trang này."
)


@dataclass(frozen=True)
class Frozen:
    """What freezing many did: roll-ups made, how many stand as they are, and why others could not be made."""

    made: tuple[Rollup, ...]
    unchanged: int
    failed: dict[int, str]


@action
def freeze_rollup(
    *,
    person_id: int,
    kind: str,
    year: int,
    number: int,
    revision: int,
    decisions: Mapping[str, tuple[str, str]],
    reason: str,
    by: User,
    at: datetime,
) -> Rollup:
    """Freeze the mean of a period. `decisions` gives (reading, reason) by open point, where the user is the authority.

    `revision` is the one that was looked at (0: none yet); a replacement needs `reason`. Raises Refused by field,
    Conflict, Forbidden, NotYours.
    """
    day, period = localdate(at), _period(kind, year, number)
    _locked([person_id])
    person, _ = access.require_seen(by, person_id, year, day)
    found = gather([person_id], period)[person_id]
    if found.last is None or not access.makes(by, found.last, day):
        raise NotYours() if person.user_id != by.pk else Forbidden("Không ai tự tổng hợp điểm của chính mình.")
    last = current([person_id], kind, year, number).get(person_id)
    if (last.revision if last else 0) != revision:
        raise Conflict("Điểm tổng hợp này vừa được tính lại. Hãy tải lại trang để xem bản mới.")
    chosen = _decisions(mean_of(found, period), decisions, by, found, day)
    mean = mean_of(found, period, chosen)
    if last is not None:
        reason = text_from(reason, "Lý do tính lại", "reason")
    made = _row(person_id, found, period, number, mean, chosen, last, reason, by, at)
    if last is not None and (last.digest, last.included) == (made.digest, made.included):
        raise Refusal("rollup.same", "Kết quả các kỳ không có gì thay đổi so với lần tính trước.")
    made.save(force_insert=True)
    record(
        chain=found.last.cycle.root.code,
        code="rollup.frozen",
        by=by,
        at=at,
        objects=[made],
        data={"kind": kind, "year": year, "number": number, "revision": made.revision},
    )
    return made


@action
def freeze_rollups(*, people: Sequence[int], kind: str, year: int, number: int, by: User, at: datetime) -> Frozen:
    """Freeze the means of many people where nothing is left open. Raises Refusal over `MOST`, NotYours.

    What still stands is left as it is; a changed one is replaced with what changed as the reason. Whoever could not be
    done is named with why.
    """
    if not people or len(people) > MOST:
        raise Refusal("rollup.number", f"Hãy chọn từ 1 đến {MOST} người.", field="person")
    day, period = localdate(at), _period(kind, year, number)
    _locked(people)
    before, found = current(people, kind, year, number), gather(people, period)
    made: list[Rollup] = []
    failed: dict[int, str] = {}
    unchanged = 0
    for pk in dict.fromkeys(people):
        one, last = found[pk], before.get(pk)
        if one.last is None or not access.makes(by, one.last, day):
            raise NotYours()
        changed = rules.stale(last.included, last.left_out, one.parts, one.unit) if last else ""
        if last is not None and not changed:
            unchanged += 1
            continue
        try:
            mean = mean_of(one, period)
            row = _row(pk, one, period, number, mean, {}, last, changed, by, at)
        except Refusal as refusal:
            failed[pk] = refusal.message
            continue
        row.save(force_insert=True)
        made.append(row)
    if not made:
        nothing_changed()
        return Frozen((), unchanged, failed)
    root = found[made[0].person_id].last
    assert root is not None
    data = {"kind": kind, "year": year, "number": number, "people": len(made)}
    record(chain=root.cycle.root.code, code="rollup.many_frozen", by=by, at=at, objects=made, data=data)
    return Frozen(tuple(made), unchanged, failed)


def current(people: Sequence[int], kind: str, year: int, number: int) -> dict[int, Rollup]:
    """The roll-ups in force by person. One query."""
    rows = Rollup.objects.filter(person__in=people, kind=kind, year=year, number=number, replaced_by__isnull=True)
    return {one.person_id: one for one in rows.select_related("decided_by")}


def _period(kind: str, year: int, number: int) -> Period:
    try:
        return rules.period_of(kind, year, number)
    except ValueError as error:
        raise NotYours() from error


def _locked(people: Sequence[int]) -> None:
    """Nobody else rolls up these people until the end of the transaction."""
    list(Person.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk"))


def _decisions(
    mean: Mean, given: Mapping[str, tuple[str, str]], by: User, found: Gathered, day: date
) -> dict[str, Any]:
    """The choices on the points that are open here, in the case format. Raises Refused, Forbidden."""
    if not mean.questions:
        return {}
    assert found.last is not None
    if not access.decides(by, found.last, day):
        raise Forbidden(NOT_AUTHORITY)
    problems: dict[str, str] = {}
    chosen: dict[str, Any] = {}
    for question in mean.questions:
        reading, why = given.get(question.id, ("", ""))
        problems |= _problems(question, reading, why)
        chosen[question.id] = {"reading": reading, "by": access.acting(by).full_name, "reason": why.strip()}
    if problems:
        raise Refused(problems)
    return chosen


def _problems(question: OpenQuestion, reading: str, why: str) -> dict[str, str]:
    found = {}
    if reading not in {one.id for one in question.readings}:
        found[f"reading-{question.id}"] = f"{question.question_vi} Hãy chọn một cách."
    if not why.strip():
        found[f"why-{question.id}"] = "Hãy ghi lý do của lựa chọn này."
    elif len(why) > 500:
        found[f"why-{question.id}"] = "Lý do dài quá 500 ký tự. Hãy rút gọn."
    return found


def _row(
    person_id: int,
    found: Gathered,
    period: Period,
    number: int,
    mean: Mean,
    chosen: Mapping[str, Any],
    last: Rollup | None,
    reason: str,
    by: User,
    at: datetime,
) -> Rollup:
    """The frozen row, not saved. Raises Refusal where there is no mean."""
    if mean.score is None:
        raise Refusal("rollup.waits", mean.waits)
    member = found.last
    assert member is not None
    text = facts.canonical({"period": period.model_dump(mode="json"), "subject": mean.facts})
    shown = facts.shown(mean.score)
    assert shown is not None
    return Rollup(
        person_id=person_id,
        unit=member.unit,
        kind=period.kind,
        year=period.year,
        number=number,
        revision=last.revision + 1 if last else 1,
        parts=found.unit,
        included=[part.as_included() for part in found.scored],
        left_out=[part.as_left_out() for part in found.parts if part.score is None],
        decisions=dict(chosen),
        facts=text,
        digest=sha256(text),
        rulebook=member.rulebook,
        overlays=member.overlays,
        rulebook_hash=member.rulebook_hash,
        engine_version=ENGINE_VERSION,
        score=fraction_text(mean.score),
        score_shown=shown,
        band=mean.band,
        decided_by=access.acting(by),
        by=by,
        at=at,
        replaces=last,
        replace_reason=reason if last else "",
    )
