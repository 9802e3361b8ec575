"""What nobody stated is read as “no”: the outcome says which facts, and what that decided."""

import json
from typing import Any

import pytest

from thuocdo.cli.main import run
from thuocdo.engine import CaseError, Outcome, parse_case
from thuocdo.engine.cases import rate_file

PARTY, DECREE_90, DECREE_335 = "party/qd-366-2025", "state/nd-90-2020", "state/nd-335-2025"
YEARS = {PARTY: 2025, DECREE_90: 2021, DECREE_335: 2026}
TASKS = {"assigned": 10, "done": 10, "late": 0, "above": 3, "failing": 0}
MEMBER: dict[str, Any] = {
    "id": "A", "kind": "party_member", "marks": {"general": 30, "results": 60}, "tasks": TASKS,
    "defects": {"total": 0, "fixed": 0}, "time": {"months_member": 60},
}  # fmt: skip
CASES = ("degradation", "disciplined", "forbidden_acts", "example_breached", "over_half_failed")
FLAGS = ("excused", "suspended", "degradation", "forbidden_acts", "example_breached", "earlier_fault",
         *(f"{case}_{mitigated}" for case in CASES for mitigated in ("self_remedied", "force_majeure")))  # fmt: skip
STATED = {**MEMBER, "facts": dict.fromkeys(FLAGS, False), "disciplines": [], "absences": []}
FAULT = [{"act": "H", "form": "khien_trach", "side": "party", "effective_date": "2025-05-10", "about": "duty"}]
COLLECTIVE = {"id": "A", "kind": "collective", "marks": {"general": 30, "results": 60}, "tasks": TASKS,
              "defects": {"total": 0, "fixed": 0}}  # fmt: skip
OFFICIAL = {"id": "A", "kind": "civil_servant", "tasks": {**TASKS, "above": 5}}
MONTHS = [{"month": month, "score": "90"} for month in range(1, 13)]
SHORT = [*MONTHS[:5], *({"month": month, "not_scored": "sick_leave"} for month in range(6, 13))]


def rated(book: str, subject: dict[str, Any]) -> Outcome:
    case = {"title": "t", "rulebook": book, "period": {"kind": "year", "year": YEARS[book]}, "subjects": [subject]}
    return rate_file(parse_case(json.dumps(case).encode())).outcomes["A"]


def said(outcome: Outcome) -> str:
    assert outcome.absent is not None
    assert outcome.lines[-1] is outcome.absent
    assert "assumed" not in outcome.to_json()  # what is stored and rated again holds it not
    assert outcome.absent.cite
    return outcome.absent.sentence_vi


def keys(outcome: Outcome) -> set[str]:
    return {key for _, key in outcome.absent.inputs} if outcome.absent else set()


def test_the_line_names_the_facts_the_rules_and_nothing_that_is_stated() -> None:
    text = said(rated(PARTY, MEMBER))
    assert text.startswith("Không thấy khai “Được miễn công tác và sinh hoạt đảng”, “Bị đình chỉ sinh hoạt đảng”, ")
    assert "vẫn xếp loại, không thuộc “Đảng viên được miễn công tác và sinh hoạt đảng”" in text
    assert "không xếp thẳng mức vì các trường hợp ấy, “Bị kỷ luật từ khiển trách trở lên" in text
    assert keys(rated(PARTY, MEMBER)) == {"disciplines", *(f"facts.{key}" for key in FLAGS[:5])}
    one = rated(PARTY, {**STATED, "facts": {**STATED["facts"], "degradation": False}, "disciplines": None})
    assert keys(one) == {"disciplines"}


@pytest.mark.parametrize(
    "subject",
    [STATED, {**STATED, "facts": {"degradation": True, "excused": False, "suspended": False,
                                  "degradation_self_remedied": False, "degradation_force_majeure": False}}],
    ids=["all stated", "the lowest level anyhow"],
)  # fmt: skip
def test_where_it_decides_nothing_there_is_no_line(subject: dict[str, Any]) -> None:
    outcome = rated(PARTY, subject)
    assert outcome.absent is None
    assert outcome.lines == outcome.findings


def test_mitigation_that_nobody_stated_lets_a_trigger_stand() -> None:
    text = said(rated(PARTY, {**STATED, "facts": {"excused": False, "suspended": False}, "disciplines": FAULT}))
    assert "“Bị kỷ luật: đã tự phát hiện, báo cáo và khắc phục”, “Bị kỷ luật: do nguyên nhân bất khả kháng”" in text
    assert "không xét tình tiết khi áp dụng “Bị kỷ luật từ khiển trách" in text


def test_levels_that_stand_or_fall_by_it() -> None:
    assert "coi là đủ điều kiện của mức “Hoàn thành xuất sắc nhiệm vụ”" in said(rated(PARTY, COLLECTIVE))
    poor = rated(DECREE_90, {**OFFICIAL, "time": {"months_worked": 12}})
    assert poor.kind == "needs_decision"
    assert "coi là chưa đủ điều kiện của mức “Hoàn thành xuất sắc nhiệm vụ”" in said(poor)
    assert {"facts.criteria_met", "facts.criteria_well", "facts.high_efficiency"} <= keys(poor)
    away = rated(DECREE_90, {**OFFICIAL, "time": {"months_worked": 5}})
    assert away.kind == "not_rated"
    assert said(away).startswith("Không thấy khai “Ngày nghỉ, vắng mặt” nên coi là không. Vì vậy: không xếp loại vì ")


def test_a_year_under_the_decree_of_civil_servants() -> None:
    person = {"id": "A", "kind": "civil_servant", "months": MONTHS, "year": {"months_worked": 12}}
    assert keys(rated(DECREE_335, person)) == {"year.degradation_concluded", "year.disciplines"}
    assert "không xếp thẳng mức vì các trường hợp ấy, “Vi phạm liên quan" in said(rated(DECREE_335, person))
    stated = {"months_worked": 12, "degradation_concluded": False, "disciplines": []}
    assert rated(DECREE_335, {**person, "year": stated}).absent is None
    assert rated(DECREE_335, {**person, "year": {**stated, "degradation_concluded": True}}).absent is None
    short = rated(DECREE_335, {**person, "months": SHORT, "year": {"months_worked": 5}})
    assert short.kind == "not_rated"
    assert keys(short) == {"year.maternity_leave", "year.sick_leave"}
    assert "Vì vậy: không xếp loại, không thuộc các trường hợp ấy." in said(short)
    assert keys(rated(DECREE_335, {**person, "year": None})) >= {"year.disciplines"}


def test_on_the_command_line(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Once for all of whom it is the same, with the keys to state it under; for programs the keys."""
    file = tmp_path / "f.json"
    people = [{**MEMBER, "id": f"M{n}"} for n in range(12)]
    case = {"title": "t", "rulebook": PARTY, "period": {"kind": "year", "year": 2025}, "subjects": people}
    file.write_text(json.dumps(case), encoding="utf-8")
    assert run(["rate", str(file)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Không thấy khai nên coi là không: M0, M1, M2, M3, M4, M5, M6, M7, M8, M9 và 2 đối tượng khác:" in out
    assert "Khóa: facts.excused, facts.suspended, facts.degradation, disciplines" in out
    assert run(["explain", str(file), "--subject", "M3"]) == 0
    assert "[coi là không] Không thấy khai" in " ".join(capsys.readouterr().out.split())
    assert run(["rate", str(file), "--json"]) == 0
    assert "disciplines" in json.loads(capsys.readouterr().out)["subjects"][0]["absent"]
    assert run(["explain", str(file), "--subject", "M3", "--json"]) == 0
    assert "disciplines" in json.loads(capsys.readouterr().out)["absent"]
    case["subjects"] = [{**STATED, "id": "S"}]
    file.write_text(json.dumps(case), encoding="utf-8")
    assert run(["rate", str(file)]) == 0
    assert "coi là không" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "ground"),
    [({"facts": {"disciplined_force_majeure": True}}, "do nguyên nhân bất khả kháng"),
     ({"facts": {"disciplined_force_majeure": True, "disciplined_self_remedied": True}},
      "đã tự phát hiện, báo cáo và khắc phục; Do nguyên nhân bất khả kháng"),
     ({"disciplines": [{**FAULT[0], "act_year": 2023}]}, "vi phạm từ năm trước: cấp ủy cấp trên xét vào năm nay theo")],
)  # fmt: skip
def test_a_question_names_the_ground_that_holds_and_no_other(more: dict[str, Any], ground: str) -> None:
    outcome = rated(PARTY, {**MEMBER, "disciplines": FAULT, **more})
    assert f"liên quan đến chức trách, nhiệm vụ: {ground}" in outcome.reason
    assert ("bất khả kháng" in outcome.reason) == ("bất khả kháng" in ground)
    assert outcome.finding("trigger.disciplined").sentence_vi.count("bất khả kháng") == ground.count("bất khả kháng")


def test_a_circumstance_belongs_to_its_trigger_alone() -> None:
    """QĐ 366 Điều 11: what was remedied or forced is weighed for the case it belongs to; another case still stands."""
    short = {**MEMBER, "tasks": {**TASKS, "done": 4, "above": 0, "failing": 6}, "disciplines": FAULT}
    one = rated(PARTY, {**short, "facts": {"over_half_failed_force_majeure": True}})
    assert (one.kind, one.level) == ("rated", "incomplete")
    assert one.finding("trigger.over_half_failed").effect == "left_open"
    assert one.finding("trigger.disciplined").effect == "triggered"
    both = {"over_half_failed_force_majeure": True, "disciplined_self_remedied": True}
    assert [point.id for point in rated(PARTY, {**short, "facts": both}).open_points] == [
        "disciplined",
        "over_half_failed",
    ]
    with pytest.raises(CaseError, match="self_remedied"):
        rated(PARTY, {**MEMBER, "disciplines": FAULT, "facts": {"self_remedied": True}})


def test_discipline_for_degradation_is_never_passed_over() -> None:
    """QĐ 366 Điều 11 speaks of a conclusion of degradation; whether the decision is one, the authority says."""
    told = [{**FAULT[0], "about": "degradation"}]
    asked = rated(PARTY, {**MEMBER, "disciplines": told})
    assert [point.id for point in asked.open_points] == ["disciplined_degradation"]
    answer = {"by": "Ban Thường vụ", "reason": "Kết luận nêu trong quyết định"}
    for reading, level in (("apply", "incomplete"), ("waive", "excellent")):
        decided = {"disciplined_degradation": {**answer, "reading": reading}}
        assert rated(PARTY, {**MEMBER, "disciplines": told, "decisions": decided}).level == level
    assert rated(PARTY, {**MEMBER, "disciplines": [{**told[0], "effective_date": "2024-12-31"}]}).level == "excellent"


def test_a_list_of_nobody_is_written_and_the_reason_says_how() -> None:
    """Units of a leader that are not stated are not known; the year waits, and the one thing to write is named."""
    leader = {**MEMBER, "kind": "leader", "leadership": "head", "led": TASKS}
    outcome = rated(PARTY, leader)
    assert (outcome.kind, outcome.missing) == ("needs_decision", ("related.units",))
    assert "không có đối tượng nào như vậy thì ghi related.units = []" in outcome.reason
    assert rated(PARTY, {**leader, "related": {"units": []}}).level == "excellent"
    waits = rated(PARTY, {**leader, "led": None, "related": {"units": []}})
    assert "= []" not in waits.reason
