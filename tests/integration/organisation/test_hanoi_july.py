"""A month of Hà Nội in the new tree, July 2025: what is known of the city's scheme is applied, the rest is decided.

The latest monthly scheme that was found is QĐ 1841 as amended by QĐ 3251 (2022); when it ended, and the points of its
groups, no source says (regulations/local.md §2, §8).
"""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.factories.people import make_person
from tests.integration.organisation.hanoi import BEFORE, REFORM, THEN, City, build_city, mapping_file, placement_file
from thuocdo.appraisals import actions as sheets
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.appraisals.queries import preview
from thuocdo.cycles.models import Cycle, Member
from thuocdo.organisation import actions
from thuocdo.organisation.changes.mapping import read_placements, read_successions
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import on_day
from thuocdo.rulesets.actions import bind

pytestmark = pytest.mark.django_db
HERE = timezone(timedelta(hours=7))
AT = datetime(2025, 7, 1, 8, 0, tzinfo=HERE)
END = datetime(2025, 7, 31, 8, 0, tzinfo=HERE)
EXAMPLE, ALONE = "X00025", "X00097"
DAYS = {
    "time.working_days": "23", "absences.sick": "0", "absences.maternity": "0", "absences.part_time_training": "0",
}  # fmt: skip
WHOLE = DAYS | {"time.worked_days": "23", "absences.annual_leave": "0"}
HALF = DAYS | {"time.worked_days": "11", "absences.annual_leave": "12"}
FILLED = {"marks.discipline": "20", "marks.quantity": "25", "marks.quality": "25", "marks.progress": "20",
          "marks.bonus": "0"}  # fmt: skip


@pytest.fixture
def city(db: None) -> City:
    """The city after the reform, with a head at the top to judge the heads of the new wards."""
    found = build_city(staff=0)
    make_person("CT001", "Trần Quang Vinh", found.root, "Chủ tịch", leadership="head", start=BEFORE)
    act: dict[str, Any] = {"by": found.officer.user, "at": AT}
    plan = actions.begin_reorganisation(
        **act, root_id=found.root.pk, title="Sắp xếp đơn vị hành chính hai cấp", decision="1656/NQ-UBTVQH15",
        decided_on=REFORM.replace(month=6, day=16), start=REFORM,
    )  # fmt: skip
    rows, placements = read_successions(mapping_file()), read_placements(placement_file())
    plan = actions.save_reorganisation(**act, plan_id=plan.pk, version=plan.version, rows=rows)
    plan = actions.save_reorganisation(**act, plan_id=plan.pk, version=plan.version, placements=placements)
    actions.apply_reorganisation(**act, plan_id=plan.pk, version=plan.version)
    bind(
        **act, unit_id=found.root.pk, subject_kind="civil_servant", rulebook=THEN, start=REFORM,
        decided_by="Ủy ban nhân dân thành phố", reason="Quy định hằng tháng gần nhất tìm thấy.",
    )  # fmt: skip
    return found


def july(city: City, code: str) -> tuple[Cycle, list[Sheet]]:
    """July opened in a new ward; its sheets, the head's last. Everybody has an account."""
    unit = Unit.objects.get(code=code)
    posts = Employment.objects.filter(on_day(REFORM), unit=unit).select_related("person")
    for post in posts:
        actions.open_account(
            by=city.officer.user, at=AT, person_id=post.person.pk, username=post.person.code.lower()
        )  # fmt: skip
    cycle = sheets.open_cycle(
        root_id=unit.pk, kind="month", year=2025, number=7, submit_by=END + timedelta(days=5),
        confirm_by=END + timedelta(days=10), choices={}, by=city.officer.user, at=END,
    )  # fmt: skip
    members = Member.objects.filter(cycle=cycle).order_by("leadership", "pk")
    assert {m.standing for m in members} == {"in"}
    found = Sheet.objects.filter(cycle=cycle).select_related("evaluator__user", "person__user", "member")
    return cycle, sorted(found, key=lambda one: (one.member.leadership == "head", one.pk))


def under_review(sheet: Sheet, fields: dict[str, str]) -> Sheet:
    document = {"fields": fields, "strengths": "Đúng hạn.", "shortcomings": ""}
    sheets.submit(sheet_id=sheet.pk, version=sheet.version, document=document, by=sheet.person.user, at=END)
    sheets.open_for_review(sheet_id=sheet.pk, by=sheet.evaluator.user, at=END)
    return Sheet.objects.select_related("evaluator__user").get(pk=sheet.pk)


def confirmed(sheet: Sheet, **said: Any) -> Confirmation:
    judgement = {"comment": "Nhất trí."} | said
    return sheets.confirm(
        sheet_id=sheet.pk, version=sheet.version, judgement=judgement, by=sheet.evaluator.user, at=END
    )


def test_july_in_the_new_tree_goes_as_far_as_the_scheme_is_known(city: City) -> None:
    """Two new wards: one filled in the open points (an example), the other has the city's scheme as it was found."""
    bind(
        by=city.officer.user, at=AT, unit_id=Unit.objects.get(code=EXAMPLE).pk, subject_kind="civil_servant",
        rulebook=THEN, overlays=["overlays/vi-du-ha-noi-quan"], start=REFORM, decided_by="Ví dụ minh họa",
        reason="Cơ quan điền điểm tối đa của từng nhóm.",
    )  # fmt: skip
    cycle, (absent, *others, head) = july(city, EXAMPLE)
    assert {one.member.unit.code for one in (absent, *others, head)} == {EXAMPLE}, "the units of the new tree"
    outcome = preview(absent.person.user, absent.pk, {"fields": FILLED | HALF})
    assert [point.id for point in outcome.open_points] == ["absence_half"]
    said = {"absence_half": {"reading": "complete", "reason": "Việc được giao vẫn xong."}}
    results = [confirmed(under_review(absent, FILLED | HALF), decisions=said)]
    results += [confirmed(under_review(one, FILLED | WHOLE)) for one in others]
    unit = {"fields": {"related.unit": "good"}, "reasons": {"related.unit": "Kết quả tháng của phường (ví dụ)"}}
    results.append(confirmed(under_review(head, FILLED | WHOLE), **unit))
    rest = [("90/1", "excellent")] * len(others)
    assert [(one.score, one.band) for one in results] == [("90/1", "complete"), *rest, ("90/1", "good")]
    sheets.close_cycle(cycle_id=cycle.pk, by=city.officer.user, at=END)
    _, (sheet, *_) = july(city, ALONE)
    fields = WHOLE | {"marks.discipline": "20", "marks.results": "65", "marks.bonus": "0"}
    open_result = confirmed(under_review(sheet, fields))
    assert (open_result.outcome_kind, open_result.score, open_result.band) == ("needs_decision", "", "")
    (point,) = json.loads(open_result.outcome)["open_points"]
    assert (point["id"], point["readings"]) == ("group_maxima", []), "the agency fills it in; no evaluator can"
