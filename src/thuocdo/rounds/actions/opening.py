"""Opening a round: the tree and its collectives at once, the people in batches that a kill does not double."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit import bulk
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.organisation.access import day_of
from thuocdo.rounds import books, people, population
from thuocdo.rounds.frame import Frame, read_frame
from thuocdo.rounds.locking import chain, for_planner, in_state
from thuocdo.rounds.models import Round, RoundOpening, RoundSubject
from thuocdo.rounds.rules import WhoRules
from thuocdo.rulesets.versions import keep

AT_ONCE = 500
"""People with whom a round is open when the request ends; more are left to the worker."""
BATCH = 2000


@dataclass(frozen=True)
class Ground:
    """What every batch reads anew, as of the round's day."""

    frame: Frame
    who: WhoRules


@action
def open_round(*, round_id: int, version: int, by: User, at: datetime) -> Round:
    """Freeze the tree, the collectives and the agencies; then the people, at once where they are few.

    A second press finds it open. Raises NotYours, Conflict, Refusal where the rulebook has changed since the plan.
    """
    round_ = for_planner(round_id, None, by, at)
    if round_.state in (Round.State.OPENING, Round.State.OPEN) and round_.version == version + 1:
        nothing_changed()
        return round_
    for_planner(round_id, version, by, at)
    in_state(round_, Round.State.PLAN)
    round_.facts_on = min(day_of(at), round_.rating_date)
    round_.state, round_.opened_by, round_.opened_at = Round.State.OPENING, by, at
    round_.version += 1
    rules = books.rules_of(round_)
    if books.rates_by_post(rules):
        books.seats_chosen(rules, round_.seats)
    ground = _ground(round_)
    found = population.frame_subjects(ground.frame, ground.who)
    if not found:
        raise Refusal(
            "round.empty",
            "Không có đối tượng nào: tổ chức đảng này đã ngừng hoạt động vào ngày lấy dữ kiện. Hãy kiểm "
            "tra danh sách tổ chức đảng.",
        )
    rows = population.write(round_, found, {})
    opening = RoundOpening(round=round_, started_by=by, started_at=at)
    opening.people = people.count_people(ground.frame, round_.facts_on)
    _count(opening, found)
    if opening.people <= AT_ONCE:
        rows += _people(round_, opening, ground, AT_ONCE)
        _finish(round_, opening)
    round_.save()
    opening.save(force_insert=True)
    record(
        chain=chain(round_, at),
        code="round.opened",
        by=by,
        at=at,
        objects=[round_, *keep([books.pin_of(round_)], at)],
        fresh=[(RoundSubject, rows)],
        data={"round": round_.pk, "subjects": len(rows), "people": opening.people},
    )
    return round_


@action
def open_batch(*, round_id: int, by: None, at: datetime) -> RoundOpening | None:
    """The next batch of people. None when another worker holds the opening, or there is none to go on with.

    `by` is nobody: who opened the round is who acts.
    """
    free = RoundOpening.objects.select_for_update(of=("self",), skip_locked=True)
    if not free.filter(round=round_id, state=RoundOpening.State.WAITING).exists():
        nothing_changed()
        return None
    opening = RoundOpening.objects.select_related("round__organisation", "round__unit", "started_by").get(
        round=round_id
    )
    round_ = opening.round
    rows = _people(round_, opening, _ground(round_), BATCH)
    opening.moved_at = at
    if not rows:
        _finish(round_, opening)
        round_.save()
    opening.save()
    record(
        chain=chain(round_, at),
        code="round.people_frozen" if rows else "round.people_done",
        by=opening.started_by,
        at=at,
        objects=[] if rows else [round_],
        fresh=[(RoundSubject, rows)],
        data={"round": round_.pk, "subjects": len(rows)},
    )
    return opening


@action
def fail_opening(*, round_id: int, problem: str, by: None, at: datetime) -> None:
    """Note why a batch could not be done; the opening waits until an officer lets it go on."""
    opening = _locked(round_id)
    if opening is None or opening.state != RoundOpening.State.WAITING:
        nothing_changed()
        return
    opening.state, opening.problem, opening.moved_at = RoundOpening.State.FAILED, problem[:500], at
    opening.save()
    _recorded(opening, "round.opening_failed", opening.started_by, at)


@action
def resume_opening(*, round_id: int, by: User, at: datetime) -> RoundOpening:
    """Go on after the last batch. Raises NotYours, Conflict when it is done."""
    for_planner(round_id, None, by, at)
    opening = _locked(round_id)
    if opening is None or opening.state == RoundOpening.State.DONE:
        raise Conflict("Danh sách của đợt đã lập xong, không cần chạy tiếp.")
    if opening.state == RoundOpening.State.WAITING:
        nothing_changed()
        return opening
    opening.state, opening.problem, opening.moved_at = RoundOpening.State.WAITING, "", at
    opening.save()
    _recorded(opening, "round.opening_resumed", by, at)
    return opening


def _ground(round_: Round) -> Ground:
    assert round_.facts_on is not None, "a round that is being opened has its day (a constraint of the table)"
    return Ground(read_frame(round_.organisation, round_.facts_on, round_.leaderships), books.who_of(round_))


def _people(round_: Round, opening: RoundOpening, ground: Ground, most: int) -> list[bulk.Row]:
    assert round_.facts_on is not None, "as above"
    frame, day = ground.frame, round_.facts_on
    keys = people.next_people(frame, day, opening.position, most)
    if not keys:
        return []
    facts = people.read_people(frame, day, round_.year, keys)
    found = people.person_subjects(frame, ground.who, facts, round_.rating_date, round_.year)
    rows = population.write(round_, found, _known(round_))
    opening.position, opening.done = keys[-1], opening.done + len(keys)
    _count(opening, found)
    return rows


def _known(round_: Round) -> dict[str, int]:
    """The keys of what stands still."""
    rows = RoundSubject.objects.filter(round=round_, person__isnull=True)
    return dict(rows.values_list("key", "pk"))


def _count(opening: RoundOpening, found: Sequence[population.New]) -> None:
    made = population.counts(found)
    opening.created += made.created
    opening.skipped += made.skipped
    opening.failed += made.failed


def _finish(round_: Round, opening: RoundOpening) -> None:
    round_.state, opening.state = Round.State.OPEN, RoundOpening.State.DONE


def _locked(round_id: int) -> RoundOpening | None:
    if not RoundOpening.objects.select_for_update(of=("self",)).filter(round=round_id).exists():
        return None
    return RoundOpening.objects.select_related("round__organisation", "round__unit", "started_by").get(round=round_id)


def _recorded(opening: RoundOpening, code: str, by: User, at: datetime) -> None:
    record(chain=chain(opening.round, at), code=code, by=by, at=at, objects=[], data={"round": opening.round_id})
