"""Opening an assessment before an event, and dropping one that was opened by mistake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.conclusions import candidates, facts
from thuocdo.conclusions.actions.filing import path_of
from thuocdo.conclusions.competences import resolved
from thuocdo.conclusions.locking import add, chain, needed, stored, taken
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.engine.schemes.occasions import Event, events_of
from thuocdo.kernel.errors import Conflict, Forbidden, Reading, Refusal
from thuocdo.kernel.text import fold
from thuocdo.notices.actions import notify
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Person, Unit
from thuocdo.rounds import books
from thuocdo.rulesets.versions import keep

State = Assessment.State
RUNNING = (State.OWN, State.VERIFY, State.DECIDE)


@action
def open_event(
    *,
    occasion: str,
    event: str,
    kind: str,
    who: str,
    day: date,
    start: date | None,
    overlays: Sequence[str],
    by: User,
    at: datetime,
) -> Assessment:
    """An assessment of one person or body (`who`: a key of `candidates`) before what happens on `day`, whose rulebook
    is pinned. `start`: the first day looked at; None where the text says how many years.

    Raises NotYours, Forbidden (the own), Conflict (one of the kind runs already), Several.
    """
    rules = books.selected(day, overlays)
    one = candidates.begun(by, kind, who, day_of(at))
    if one.person is not None and one.person.user_id == by.pk:
        raise Forbidden("Không ai tự mở hồ sơ đánh giá của chính mình. Hãy đề nghị cán bộ tổ chức khác mở.")
    read = Reading()
    found = read(_occasion, events_of(rules.book, day), occasion, kind)
    words = read(needed, event, 300, "event", "Việc cụ thể")
    first = read(_start, start, day, found) if found is not None else None
    read.done()
    _lock(one)
    if _alike(one, occasion).exists():
        raise Conflict(
            f"{one.name} đã có một hồ sơ cùng dịp đang làm. Hãy làm tiếp hồ sơ ấy, hoặc bỏ nó nếu mở nhầm."
        )
    one.occasion, one.event, one.day, one.start, one.end = occasion, words, day, first, day
    one.search_key = fold(one.name)
    one.rulebook, one.overlays, one.rulebook_hash = rules.book.key, list(overlays), rules.book.hash
    one.opened_at = at
    one.competence = resolved([one], day_of(at)).get(one.pk)
    one.save(force_insert=True)
    pin = {"rulebook": one.rulebook, "overlays": list(one.overlays), "hash": one.rulebook_hash, "members": 0}
    owner = one.person.user if one.person is not None else None
    notify(users=[owner], kind="assessment.opened", text=f"Có hồ sơ đánh giá ông/bà {one.label}: hãy ghi phần tự đánh "
           "giá", path=path_of(one), at=at)  # fmt: skip
    record(chain=chain(one, at), code="assessment.opened", by=by, at=at, objects=[one, *keep([pin], at)])
    return one


def _occasion(events: Sequence[Event], occasion: str, kind: str) -> Event:
    found = next((one for one in events if one.id == occasion), None)
    if found is None:
        raise Refusal(
            "event.not_named", "Văn bản của ngày này không nêu dịp ấy. Hãy chọn dịp trong danh sách.", field="occasion"
        )
    if kind not in found.subjects:
        raise Refusal(
            "event.not_whose",
            f"“{found.label}”: văn bản không nêu loại đối tượng này. Hãy chọn loại khác hoặc dịp khác.",
            field="occasion",
        )
    return found


def _start(start: date | None, day: date, found: Event) -> date:
    """The first day looked at: as typed, and never less than the years that the text names."""
    least = candidates.years_before(day, found.years) if found.years else None
    if start is None and least is None:
        raise Refusal(
            "event.start", "Xét từ ngày: văn bản không nêu bao nhiêu năm, hãy ghi ngày đầu của thời gian được xét.",
            field="start",
        )  # fmt: skip
    first = start or least
    assert first is not None, "one of both is there"
    if first >= day:
        raise Refusal("event.order", "Xét từ ngày phải trước ngày của việc. Hãy sửa một trong hai.", field="start")
    if least is not None and first > least:
        raise Refusal(
            "event.short",
            f"{found.words}: xét {found.years} năm gần nhất, tức từ {least:%d/%m/%Y} hoặc sớm hơn. Hãy sửa ngày.",
            field="start",
        )
    return first


def _lock(one: Assessment) -> None:
    """One opening at a time for a person or a unit."""
    if one.person is not None:
        Person.objects.select_for_update(no_key=True).get(pk=one.person.pk)
    else:
        Unit.objects.select_for_update(no_key=True).get(pk=one.unit_id)


def _alike(one: Assessment, occasion: str) -> QuerySet[Assessment]:
    rows = Assessment.objects.filter(occasion=occasion, kind=one.kind, round=None, state__in=RUNNING)
    if one.person is not None:
        return rows.filter(person=one.person)
    return rows.filter(person=None, unit=one.unit, party=one.party)


@action
def drop_event(*, assessment_id: int, version: int, reason: str, by: User, at: datetime) -> AssessmentPart:
    """Take back an assessment before an event that is not decided; what was written stays on record.

    Raises NotYours, Forbidden, Conflict, Refusal.
    """
    one, may = taken(0, assessment_id, version, by, at)
    if one.round_id is not None or one.state == State.DECIDED:
        raise Conflict("Chỉ bỏ được hồ sơ đánh giá theo việc chưa quyết định.")
    if not may.verifies:
        raise Forbidden("Cán bộ tổ chức của đơn vị bỏ hồ sơ mở nhầm; không ai bỏ hồ sơ của chính mình.")
    words = needed(reason, 1000, "drop_reason", "Lý do bỏ")
    one.state = State.DROPPED
    stored(one, may, at)
    text = facts.document_of(one, {"fields": {}}, None)
    row = add(one, AssessmentPart.Part.DROPPED, None, text, by, at, reason=words)
    record(chain=chain(one, at), code="assessment.dropped", by=by, at=at, objects=[one, row])
    return row
