"""The year in its middle: drafts sent to those who will meet, a meeting called, remedies of last year, opinions asked.

Counted back from the day the demonstration starts, so that every term still runs then."""

from datetime import date, datetime
from functools import partial

from thuocdo.demo import situations as s
from thuocdo.demo.party_files import year_of
from thuocdo.demo.timeline import VIETNAM, Timeline, moment, working_day_before
from thuocdo.demo.world import World
from thuocdo.kernel.workdays import add_working_days
from thuocdo.opinions import actions as opinions
from thuocdo.opinions.actions.drafting import Asking
from thuocdo.opinions.models import OpinionRound
from thuocdo.organisation.models import Unit
from thuocdo.reviews import actions
from thuocdo.reviews.layouts import layout_for
from thuocdo.reviews.models import Remedy
from thuocdo.reviews.rules import Typed
from thuocdo.rounds.models import Round, RoundSubject

IN_TIME, JUST_SENT = (s.TASK_GIVER, "vp.3"), ("dukt.d1", "hc.d1")
"""Whose drafts were sent in time for the meeting that was called, and whose three working days still run."""
OWN_WORDS = (
    "Hoàn thành các nhiệm vụ được giao trong năm, có báo cáo kết quả từng tháng.",
    "Giữ nền nếp sinh hoạt chi bộ; một số nội dung thảo luận còn ngắn.",
    "Phối hợp xử lý hồ sơ liên thông đúng hạn; chủ động nêu khó khăn với lãnh đạo.",
)
LAST_YEAR = (
    # who owns it (a person or a unit's collective), what was pointed out, the measure, who carries it out, how far
    (s.CIVIL_SERVANT, "Cập nhật sổ theo dõi hộ tịch chậm", "Cập nhật sổ trong ngày tiếp nhận", s.CIVIL_SERVANT,
     "doing"),
    (s.EVALUATOR, "Chưa kiểm tra thực địa đủ số buổi theo kế hoạch", "Mỗi tuần một buổi kiểm tra, có biên bản",
     s.EVALUATOR, "open"),
    ("HK-UB", "Trả lời kiến nghị của cử tri còn chậm", "Lập danh mục kiến nghị, rà soát thứ Hai hằng tuần", "ub.d1",
     "claimed"),
)  # fmt: skip
SAID = {"doing": "Đã cập nhật xong từ quý III; còn hai sổ cũ", "claimed": "Trả lời xong toàn bộ kiến nghị đến tháng 9"}
BASIS = "Quy chế lấy ý kiến của phường, số 15/QC-UBND (ví dụ minh họa)"
ABOUT, ASKED, BACK = "hc.h", (s.COMPONENT_HEAD, "tn.d1", "tn.1", "tn.2", "sh.h", "sh.1"), ("tn.1", "sh.1")


def schedule_december(timeline: Timeline, world: World) -> None:
    """What each role finds in the year on the day the demonstration starts."""
    today = world.start.astimezone(VIETNAM).date()
    early, yesterday = working_day_before(today, 4), working_day_before(today, 1)
    for number, slot in enumerate(IN_TIME):
        timeline.add(moment(early, 9, number), partial(_send, world, slot))
    timeline.add(moment(early, 10), partial(_remedies, world, add_working_days(today, 8)))
    timeline.add(moment(early, 14), partial(_ask, world, add_working_days(today, 4)))
    for number, slot in enumerate(BACK):
        timeline.add(moment(yesterday, 8, number), partial(_answer, world, slot, number))
    timeline.add(moment(yesterday, 9), partial(_call, world, add_working_days(today, 2)))
    for number, slot in enumerate(JUST_SENT):
        timeline.add(moment(yesterday, 10, number), partial(_send, world, slot))


def subject(world: World, slot: str, kind: str = "party_member") -> RoundSubject:
    """A person in one procedure of the ward's round."""
    rows = RoundSubject.objects.select_related("round").filter(round__unit=world.ward, kind=kind)
    return rows.get(person=world.people[slot], **({"party": None} if kind == "leader" else {}))


def _send(world: World, slot: str, at: datetime) -> None:
    """The own report in the form that the person has, sent as a draft."""
    one = subject(world, slot)
    layout = layout_for(one)
    heads = [head.id for block in layout.blocks for head in block.heads if not head.when_needed]
    blocks = [block.id for block in layout.blocks if block.kind == "text"]
    texts = {key: OWN_WORDS[place % len(OWN_WORDS)] for place, key in enumerate((*heads, *blocks))}
    marks = {row.id: "good" if row.most is None else str(row.most * 85 // 10_000) for row in layout.rows}
    level = layout.levels[1][0] if layout.levels else ""
    actions.file_review(
        subject_id=one.pk, stage="draft", typed=Typed(texts, marks, level, {}, True), own=(), layout=layout.id,
        versions={}, by=world.user(slot), at=at,
    )  # fmt: skip


def _call(world: World, on: date, at: datetime) -> None:
    """The cell's secretary calls the meeting on those whose drafts were sent in time."""
    subjects = [subject(world, slot).pk for slot in IN_TIME]
    actions.call_meeting(
        round_id=Round.objects.get(unit=world.ward).pk, subject_ids=subjects, on=on, half_days=2,
        place="Phòng họp tầng 1", by=world.user("vp.h"), at=at,
    )  # fmt: skip


def _remedies(world: World, due: date, at: datetime) -> None:
    """What last year's meetings pointed out, written down by the officer: the measure, how far it is."""
    for owner, text, measure, slot, state in LAST_YEAR:
        if owner in world.people:
            one = subject(world, owner)
        else:
            one = RoundSubject.objects.get(round__unit=world.ward, unit__code=owner, kind="collective", party=None)
        defect = actions.add_defect(
            subject_id=one.pk, year=year_of(world.plan) - 1, text=text, cause="", source="meeting", by=world.officer,
            at=at,
        )  # fmt: skip
        remedy: Remedy = actions.plan_remedy(
            defect_id=defect.pk, measure=measure, person_id=world.people[slot].pk, due=due, by=world.officer, at=at
        )
        if state != remedy.state:
            actions.report_remedy(remedy_id=remedy.pk, state=state, words=SAID[state], by=world.user(slot), at=at)


def _ask(world: World, last: date, at: datetime) -> None:
    """Those below the head of the one-stop centre are asked about that head, in secret."""
    by, unit = world.officer, Unit.objects.get(code="HK-HC")
    one = opinions.prepare_year_round(
        year_round_id=Round.objects.get(unit=world.ward).pk, unit_id=unit.pk, basis_text=BASIS, secret=True,
        threshold="3", told=OpinionRound.Told.FIGURES, closes_on=last, shows_self=False, self_ratings={},
        subjects=[subject(world, ABOUT, "leader").pk],
        questions=(Asking("Điều hành công việc của đơn vị", "points", "10"),), by=by, at=at,
    )  # fmt: skip
    opinions.add_party(
        round_id=one.pk, version=one.version, group="subordinate", label="Người dưới quyền", questions=[1],
        raters=[world.people[slot].pk for slot in ASKED], each=0, by=by, at=at,
    )  # fmt: skip
    one.refresh_from_db()
    opinions.send_round(round_id=one.pk, version=one.version, by=by, at=at)


def _answer(world: World, slot: str, number: int, at: datetime) -> None:
    one, person = OpinionRound.objects.get(unit__code="HK-HC"), world.people[slot]
    typed: dict[str, str] = {}
    for row in person.opinion_invitations.filter(party__round=one):
        typed |= {f"f{row.pk}.1": ("8", "9")[number], f"f{row.pk}.text": ""}
    opinions.answer_round(round_id=one.pk, typed=typed, by=world.user(slot), at=at)
