"""Opinions asked in the demonstration: a round of the second month with its counts, and one that waits for answers.

Nghị định 335/2025 does not ask for opinions: the ground is the ward's own text, which is invented."""

from datetime import date, datetime
from functools import partial

from thuocdo.cycles.models import Member
from thuocdo.demo import situations as s
from thuocdo.demo.months import DemoMonth
from thuocdo.demo.timeline import VIETNAM, Timeline, moment, working_day_before
from thuocdo.demo.world import World
from thuocdo.kernel.workdays import add_working_days
from thuocdo.opinions import actions
from thuocdo.opinions.actions.drafting import Asking
from thuocdo.opinions.models import OpinionRound
from thuocdo.organisation.models import Unit

BASIS = "Quy chế lấy ý kiến của phường, số 15/QC-UBND (ví dụ minh họa)"
QUESTIONS = (
    Asking("Tinh thần phối hợp, hỗ trợ đồng nghiệp", "points", "10"),
    Asking("Điều hành công việc của đơn vị", "points", "10"),
    Asking("Đối xử công bằng, lắng nghe góp ý", "agree", ""),
)
CLOSED = ("HK-KT", ("kt.d1", "kt.d2"), ("kt.1", "kt.2", "kt.3", "kt.4", "kt.5"))
OPEN = ("HK-VP", ("vp.d1", "vp.d2"), ("vp.1", s.CIVIL_SERVANT, "vp.3", "vp.4", "vp.5"))
SILENT = "kt.5"
ANSWERED = ("vp.3", "vp.4")
GIVEN = (("9", "8,5", "yes"), ("8", "9", "yes"), ("7,5", "8", "no"), ("8,5", "9", "yes"))
WORDS = "Phân công rõ việc; nên họp giao ban ngắn hơn."


def schedule_opinions(timeline: Timeline, world: World, closed: DemoMonth, opened: DemoMonth) -> None:
    """About the deputies of one division in the closed month, four of five answer; about those of the office now."""
    first = add_working_days(closed.after, 2)
    last = add_working_days(first, 3)
    timeline.add(moment(first, 10), partial(_ask, world, closed, CLOSED, last))
    answering = [slot for slot in CLOSED[2] if slot != SILENT]
    for number, slot in enumerate(answering):
        timeline.add(moment(first, 14, number), partial(_answer, world, slot, "HK-KT", number))
    timeline.add(moment(add_working_days(last, 1), 8), partial(_close, world))
    today = world.start.astimezone(VIETNAM).date()
    begun = working_day_before(today, 2)
    timeline.add(moment(begun, 11), partial(_ask, world, opened, OPEN, add_working_days(today, 3)))
    for number, slot in enumerate(ANSWERED):
        timeline.add(moment(begun, 15, number), partial(_answer, world, slot, "HK-VP", number))


def _ask(
    world: World, month: DemoMonth, who: tuple[str, tuple[str, ...], tuple[str, ...]], last: date, at: datetime
) -> None:
    code, subjects, raters = who
    by, people = world.officer, [world.people[slot].pk for slot in subjects]
    members = Member.objects.filter(cycle=world.cycle(month), person__in=people).values_list("pk", flat=True)
    one = actions.prepare_round(
        cycle_id=world.cycle(month).pk, unit_id=Unit.objects.get(code=code).pk, basis_text=BASIS, secret=True,
        threshold="3", told=OpinionRound.Told.FIGURES, closes_on=last, members=list(members), questions=QUESTIONS,
        by=by, at=at,
    )  # fmt: skip
    actions.add_party(
        round_id=one.pk, version=one.version, group="subordinate", label="Công chức của đơn vị", questions=[1, 2, 3],
        raters=[world.people[slot].pk for slot in raters], each=0, by=by, at=at,
    )  # fmt: skip
    one = OpinionRound.objects.get(pk=one.pk)
    actions.send_round(round_id=one.pk, version=one.version, by=by, at=at)


def _answer(world: World, slot: str, code: str, number: int, at: datetime) -> None:
    one, person = OpinionRound.objects.get(unit__code=code), world.people[slot]
    typed: dict[str, str] = {}
    for row in person.opinion_invitations.filter(party__round=one):
        given = dict(enumerate(GIVEN[number % len(GIVEN)], 1))
        typed |= {f"f{row.pk}.{place}": text for place, text in given.items()}
        typed[f"f{row.pk}.text"] = WORDS if number == 0 else ""
    actions.answer_round(round_id=one.pk, typed=typed, by=world.user(slot), at=at)


def _close(world: World, at: datetime) -> None:
    one = OpinionRound.objects.get(unit__code="HK-KT")
    actions.close_opinions(round_id=one.pk, version=one.version, by=world.officer, at=at)
