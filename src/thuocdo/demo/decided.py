"""Who decides for whom in the ward, and three assessments before an event, each at another step."""

from datetime import date, datetime
from functools import partial

from thuocdo.conclusions import actions, candidates
from thuocdo.conclusions.models import Assessment
from thuocdo.demo import situations as s
from thuocdo.demo.party_files import ROOT, year_of
from thuocdo.demo.timeline import VIETNAM, Timeline, moment, working_day_before
from thuocdo.demo.world import World
from thuocdo.kernel.workdays import add_working_days
from thuocdo.records.models import PartyOrganisation

DECIDED = ("collective", "party_organisation", "leader", "party_member", "civil_servant", "cadre", "public_employee",
           "agency", "unit")  # fmt: skip
BODY, BASIS = "Ban Thường vụ Đảng ủy phường", "Quy định 05-QĐ/ĐU về phân cấp quản lý cán bộ (ví dụ minh họa)"
EVENTS = (
    # occasion, kind of subject, who, what for, how far: opened, own (the own part filed), verified
    ("planning", "leader", s.EVALUATOR, "Rà soát quy hoạch Phó Chủ tịch UBND phường", "verified"),
    ("reward", "party_member", s.CIVIL_SERVANT, "Xét giấy khen của Đảng ủy phường", "own"),
    ("appointment", "leader", s.COMPONENT_HEAD, "Bổ nhiệm Phó Giám đốc Trung tâm", "opened"),
)
OWN = {
    "strengths": "Hoàn thành nhiệm vụ được giao, giữ đoàn kết trong đơn vị.",
    "defects": "Có lúc kiểm tra thực địa chưa đủ số buổi.",
    "prospects": "Có khả năng đảm nhiệm nhiệm vụ rộng hơn.",
}


def schedule_decided(timeline: Timeline, world: World) -> None:
    """Counted back from the day on which the demonstration starts."""
    today = world.start.astimezone(VIETNAM).date()
    timeline.add(moment(working_day_before(today, 5), 8), partial(_competences, world))
    timeline.add(moment(working_day_before(today, 5), 9), partial(_open, world, add_working_days(today, 10)))
    timeline.add(moment(working_day_before(today, 4), 15), partial(_own, world))
    timeline.add(moment(working_day_before(today, 2), 15), partial(_verify, world))


def _competences(world: World, at: datetime) -> None:
    for kind in DECIDED:
        actions.record_competence(
            unit_id=world.ward.pk, kind=kind, role="", party_kind="", body=BODY,
            party_id=PartyOrganisation.objects.get(code=ROOT).pk, body_unit_id=0, verifier="Ban Xây dựng Đảng phường",
            basis=BASIS, start=date(year_of(world.plan), 1, 1), by=world.officer, at=at,
        )  # fmt: skip


def _open(world: World, day: date, at: datetime) -> None:
    for occasion, kind, slot, words, _ in EVENTS:
        found, _ = candidates.offered(world.officer, kind, world.people[slot].code, at.date())
        start = None if occasion != "planning" else date(day.year - 3, day.month, 1)
        actions.open_event(
            occasion=occasion, event=words, kind=kind, who=found[0].key, day=day, start=start, overlays=[],
            by=world.officer, at=at,
        )  # fmt: skip


def _at_hand(*states: str) -> list[tuple[Assessment, str]]:
    """Assessments of the table that have come at least so far, with who they are about."""
    rows = {one.occasion: one for one in Assessment.objects.filter(round=None)}
    return [(rows[occasion], slot) for occasion, _, slot, _, state in EVENTS if state in states]


def _own(world: World, at: datetime) -> None:
    for one, slot in _at_hand("own", "verified"):
        actions.file_own(
            assessment_id=one.pk, version=one.version, document=OWN, level="", paper="", by=world.user(slot), at=at
        )


def _verify(world: World, at: datetime) -> None:
    for one, _ in _at_hand("verified"):
        actions.verify(
            assessment_id=one.pk, version=one.version, level="", reason="", group="", by=world.officer, at=at,
            document={"comment": "Phần tự đánh giá đúng với kết quả các tháng.", "opinions": "", **OWN},
        )  # fmt: skip
