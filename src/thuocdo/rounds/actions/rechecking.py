"""Taking into an open round who was not there when its list was frozen."""

from collections.abc import Collection
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Person
from thuocdo.organisation.own_case import refuse_own
from thuocdo.rounds import population
from thuocdo.rounds.locking import chain, for_planner, in_state
from thuocdo.rounds.models import Round, RoundSubject
from thuocdo.rounds.rechecking import facts_day, found_for, person_of_key


@action
def take_in(*, round_id: int, keys: Collection[str], by: User, at: datetime) -> int:
    """Add subjects that the facts of the day show and the list lacks; their standing is that of the text. How many.
    A second press adds nothing. Raises NotYours, Conflict, Refusal, Forbidden for the own case."""
    round_ = for_planner(round_id, None, by, at)
    in_state(round_, Round.State.OPEN)
    if not keys:
        raise Refusal("round.nobody", "Chưa chọn ai. Hãy đánh dấu ít nhất một dòng.", field="keys")
    asked_for = {person_of_key(key) for key in keys}
    people = sorted(one for one in asked_for if one is not None)
    now = found_for(round_, facts_day(round_, at), people)
    known = dict(RoundSubject.objects.filter(round=round_).values_list("key", "pk"))
    asked = [one for one in now if one.key in keys]
    if {one.key for one in asked} != set(keys):
        raise NotYours("Có dòng không còn theo dữ kiện hiện nay. Hãy tải lại trang.")
    fresh = [one for one in asked if one.key not in known]
    if not fresh:
        nothing_changed()
        return 0
    for person in Person.objects.filter(pk__in={one.person for one in fresh if one.person is not None}):
        refuse_own(person, round_.unit, by, at, what="Đây là trường hợp của chính ông/bà nên người khác đưa vào đợt")
    missing = _places(fresh) - known.keys() - {one.key for one in fresh}
    if missing:
        names = ", ".join(one.name for one in now if one.key in missing)
        raise Refusal("round.place_first", f"Hãy chọn cả nơi mà họ thuộc về: {names}.", field="keys")
    rows = population.write(round_, fresh, known)
    record(
        chain=chain(round_, at),
        code="round.subjects_added",
        by=by,
        at=at,
        objects=[],
        fresh=[(RoundSubject, rows)],
        data={"round": round_.pk, "subjects": len(rows), "day": day_of(at).isoformat()},
    )
    return len(rows)


def _places(fresh: Collection[population.New]) -> set[str]:
    points = (key for one in fresh for key in (one.collective, one.organisation, one.agency, one.reviewed_with))
    return {key for key in points if key}
