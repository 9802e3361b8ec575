"""Units that are rated: a service unit's year from its sheet to the receipt of the decision, and the year of three
divisions in mid-flight. Figures, tasks and the text with bonus points are invented; which rule holds is not."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from thuocdo.collectives import actions
from thuocdo.collectives.models import UnitRound, UnitSheet, UnitTask
from thuocdo.decisions import actions as papers
from thuocdo.decisions.models import Decision
from thuocdo.demo import situations as s
from thuocdo.demo.months import DemoMonth
from thuocdo.demo.timeline import Timeline, moment
from thuocdo.demo.world import World
from thuocdo.organisation.models import Unit

AUTHORITY, SERVICE, DRAFTING, PROPOSED = "HK-UB", "HK-TT", "HK-KT", "HK-VX"
DEPUTY, SERVICE_HEAD, PROPOSED_HEAD = "ub.d1", "tt.h", "vx.h"
EXAMPLE = "local/phu-tho-so-tttt-2022|overlays/vi-du-phu-tho-so-tttt"
LAW = "state/nd-335-2025-agencies"
BASES = {
    "unit": "Bộ tiêu chí có điểm thưởng do phường chọn (ví dụ minh họa)",
    "agency": "Chương II Nghị định 335/2025/NĐ-CP",
}
TASKS = {
    DRAFTING: (
        ("Trình phương án sắp xếp chợ tạm", "Thông báo 21/TB-UBND (ví dụ minh họa)", 14),
        ("Rà soát biển quảng cáo trên các tuyến phố chính", "Thông báo 24/TB-UBND (ví dụ minh họa)", 40),
    ),
    PROPOSED: (("Tổ chức tuần văn hóa của phường", "Kế hoạch 18/KH-UBND (ví dụ minh họa)", 14),),
}
MARKS = {"marks.results": "76"}
BONUS = {
    "group": "bonus", "asked": "5", "reason": "Số hóa toàn bộ tư liệu di tích của phường trước kế hoạch",
    "evidence": "Giấy khen 55/QĐ-UBND (ví dụ minh họa)",
}  # fmt: skip
YEAR = {"marks.general": "25", "marks.results": "58", "defects.total": "1", "defects.fixed": "1"}
RECIPIENTS = "Trung tâm Văn hóa, Thông tin và Thể thao phường;\nLưu: VT."


def schedule_units(timeline: Timeline, world: World, months: tuple[DemoMonth, ...]) -> None:
    """In the first month the service unit's past year to the receipt; from the second on the year of the divisions."""
    first, second, third = months
    steps = (
        (4, 9, partial(_open, world, "unit", second.first.year - 1, (SERVICE,))),
        (7, 9, partial(_asks_and_files, world)),
        (10, 9, partial(_rules_and_proposes, world)),
        (12, 9, partial(_decides, world)),
        (14, 9, partial(_writes_the_paper, world)),
        (17, 9, partial(_issues_and_sends, world)),
        (20, 9, partial(_receives, world)),
    )
    for day, hour, deed in steps:
        timeline.add(moment(first.day(day), hour), deed)
    begun = moment(second.day(2), 10)
    timeline.add(begun, partial(_open, world, "agency", second.first.year, (DRAFTING, "HK-VP", PROPOSED)))
    timeline.add(begun + timedelta(hours=1), partial(_give, world))
    timeline.add(begun + timedelta(days=12), partial(_report, world))
    timeline.add(moment(third.day(6), 10), partial(_file, world))
    timeline.add(moment(third.day(8), 10), partial(_judge_and_propose, world))


def _open(world: World, kind: str, year: int, codes: tuple[str, ...], at: datetime) -> None:
    units = Unit.objects.filter(code__in=codes).values_list("pk", flat=True)
    actions.open_round(
        authority_id=Unit.objects.get(code=AUTHORITY).pk, kind=UnitRound.Kind.YEAR, year=year, number=1,
        basis=BASES[kind], submit_by=max(date(year, 12, 1), at.date() + timedelta(days=7)),
        units=dict.fromkeys(units, kind), rules_chosen={kind: EXAMPLE if kind == "unit" else LAW},
        by=world.officer, at=at,
    )  # fmt: skip


def _sheet(code: str) -> UnitSheet:
    return UnitSheet.objects.select_related("round").get(unit__code=code)


def _now(code: str) -> dict[str, Any]:
    """The sheet of a unit as it stands, as the actions name it."""
    sheet = _sheet(code)
    return {"sheet_id": sheet.pk, "version": sheet.version}


def _own(fields: dict[str, str], strengths: str, level: str) -> dict[str, Any]:
    return {"fields": fields, "evidence": {}, "strengths": strengths, "shortcomings": "", "level": level}


def _judgement(fields: dict[str, str], comment: str) -> dict[str, Any]:
    return {"fields": fields, "reasons": {}, "comment": comment, "level": ""}


def _asks_and_files(world: World, at: datetime) -> None:
    head = world.user(SERVICE_HEAD)
    actions.ask_bonus(sheet_id=_sheet(SERVICE).pk, **BONUS, by=head, at=at)
    document = _own(MARKS, "Hoàn thành kế hoạch năm; tư liệu di tích được số hóa.", "good")
    actions.submit_unit_sheet(**_now(SERVICE), document=document, by=head, at=at)


def _rules_and_proposes(world: World, at: datetime) -> None:
    by = world.user(DEPUTY)
    actions.open_unit_sheet(**_now(SERVICE), by=by, at=at)
    bonus = _sheet(SERVICE).bonuses.get()
    actions.rule_on_bonus(
        bonus_id=bonus.pk, given="3", ruled_note="Một phần thuộc kế hoạch năm trước", by=by, at=at
    )  # fmt: skip
    document = _judgement(MARKS, "Đúng với báo cáo; điểm thưởng có minh chứng.")
    actions.propose_unit_level(**_now(SERVICE), document=document, by=by, at=at)


def _decides(world: World, at: datetime) -> None:
    actions.decide_unit(
        **_now(SERVICE), level="good", reason="", decisions={}, by=world.user(s.AUTHORITY), at=at
    )  # fmt: skip


def _writes_the_paper(world: World, at: datetime) -> None:
    one = _sheet(SERVICE).round
    actions.close_round(round_id=one.pk, version=one.version, by=world.officer, at=at)
    row = papers.draft_unit_decision(round_id=one.pk, reason="", by=world.officer, at=at)
    typed = {
        "subject": row.subject, "number": "41", "symbol": "QĐ-UBND", "place": "Hoàn Kiếm", "signing_form": "own",
        "signer": str(world.people[s.AUTHORITY].pk), "on_behalf": "", "recipients": RECIPIENTS,
    }  # fmt: skip
    papers.save_decision(
        decision_id=row.pk, version=row.version, typed=typed, signed_on=at.date(), by=world.officer, at=at
    )


def _paper() -> Decision:
    return Decision.objects.get(unit__code=AUTHORITY, cycle=None)


def _issues_and_sends(world: World, at: datetime) -> None:
    row, by = _paper(), world.user(s.AUTHORITY)
    papers.issue_decision(decision_id=row.pk, version=row.version, by=by, at=at)
    to = Unit.objects.get(code=SERVICE).pk
    papers.deliver(decision_id=row.pk, to_ids=[to], by=by, at=at)


def _receives(world: World, at: datetime) -> None:
    papers.receive_decision(delivery_id=_paper().deliveries.get().pk, by=world.user(SERVICE_HEAD), at=at)


def _give(world: World, at: datetime) -> None:
    for code, tasks in TASKS.items():
        for title, document, days in tasks:
            actions.give_unit_task(
                sheet_id=_sheet(code).pk, title=title, given_by="Chủ tịch UBND phường", document=document,
                due=at.date() + timedelta(days=days), by=world.user(DEPUTY), at=at,
            )  # fmt: skip


def _report(world: World, at: datetime) -> None:
    """The head reports one task and keeps a draft without marks: in the middle of a year nobody can say them yet."""
    head = world.user(s.EVALUATOR)
    actions.report_unit_task(
        task_id=UnitTask.objects.get(sheet=_sheet(DRAFTING), number=1).pk, done_on=at.date(), above=False,
        evidence="Tờ trình 45/TTr-KT (ví dụ minh họa)", note="Đã trình trước hạn 2 ngày", by=head, at=at,
    )  # fmt: skip
    document = _own({}, "Phương án sắp xếp chợ tạm trình trước hạn.", "")
    actions.save_unit_draft(sheet_id=_sheet(DRAFTING).pk, document=document, by=head, at=at)


def _file(world: World, at: datetime) -> None:
    head, task = world.user(PROPOSED_HEAD), UnitTask.objects.get(sheet=_sheet(PROPOSED))
    actions.report_unit_task(
        task_id=task.pk, done_on=task.due - timedelta(days=1), above=True, by=head, at=at,
        evidence="Báo cáo 62/BC-VHXH (ví dụ minh họa)", note="Số người dự gấp đôi dự kiến",
    )  # fmt: skip
    document = _own(YEAR, "Tuần văn hóa tổ chức tốt; hạn chế của năm trước đã khắc phục.", "good")
    actions.submit_unit_sheet(**_now(PROPOSED), document=document, by=head, at=at)


def _judge_and_propose(world: World, at: datetime) -> None:
    by, task = world.user(DEPUTY), UnitTask.objects.get(sheet=_sheet(PROPOSED))
    actions.open_unit_sheet(**_now(PROPOSED), by=by, at=at)
    judged = {"done": True, "late": False, "failing": False, "above": True}
    actions.judge_unit_task(task_id=task.pk, judged=judged, note="", by=by, at=at)
    fields = YEAR | {"related.units.complete": "0"}
    document = _judgement(fields, "Báo cáo đúng với kết quả; đề nghị Chủ tịch quyết định.")
    actions.propose_unit_level(**_now(PROPOSED), document=document, by=by, at=at)
