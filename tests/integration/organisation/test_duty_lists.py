"""Roles, acting heads, fields of deputies and delegations go out as XLSX and come back by the rules of their pages."""

from datetime import date, timedelta
from typing import Any
from unicodedata import normalize

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.guards import outside_actions
from tests.integration.intake.files import TCVN3, cells_of, written
from tests.integration.organisation.ward import SINCE, Ward, build_ward, member
from tests.standing import standing
from thuocdo.audit.verify import verify
from thuocdo.intake.actions import (
    apply_import,
    confirm_conversion,
    export_list,
    preview_block,
    preview_import,
    preview_undo,
)
from thuocdo.intake.documents import stored_counts, stored_effects, stored_problems
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.organisation import actions
from thuocdo.organisation.actions import NewUnit
from thuocdo.organisation.models import (
    ActingHead,
    Delegation,
    DelegationCover,
    DeputyField,
    Employment,
    Person,
    Role,
)

pytestmark = pytest.mark.django_db
KINDS = ("roles", "acting-heads", "deputy-fields", "delegations")
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


@standing
def ward(db: None, at: Any) -> Ward:
    """The ward with a head, a deputy, a team, and one row in each of the lists."""
    found = build_ward(at)
    agency = found.units["P1-UB"]
    head = member(at, agency, "CT001", "Trần Thị Chủ", "tt.chu", leadership="head")[1]
    deputy = member(at, agency, "PC001", "Phạm Văn Phó", "pv.pho", leadership="deputy")[1]
    [team] = actions.create_units(
        by=None, at=at, units=[NewUnit("P1-TO", "Tổ một cửa", "component", SINCE, parent="P1-VP")]
    ).values()
    found.units["P1-TO"] = team
    act: dict[str, Any] = {"by": found.officer, "at": at}
    actions.give_role(**act, person_id=deputy.pk, unit_id=agency.pk, kind="task_giver", start=SINCE)
    actions.appoint_acting_head(
        **act, unit_id=found.units["P1-VP"].pk, person_id=deputy.pk, kind="in_charge", decision="15/QĐ", start=APRIL
    )
    actions.give_field(
        **act, unit_id=agency.pk, person_id=deputy.pk, name="Văn hóa", decision="2/QĐ", start=SINCE,
        covers_unit=found.units["P1-VP"].pk,
    )  # fmt: skip
    actions.delegate(
        **act, unit_id=agency.pk, delegate_id=deputy.pk, act="evaluate", decision="3/QĐ", decided_on=SINCE,
        start=date(2026, 1, 1), end=date(2027, 1, 1), units=[found.units["P1-VP"].pk, team.pk],
        people=[found.employee_person.pk],
    )  # fmt: skip
    assert head.pk
    return found


def rows(ward: Ward, at: Any, kind: str) -> list[list[str]]:
    return cells_of(export_list(by=ward.officer, at=at, kind=kind, scope="P1"))


def edited(ward: Ward, at: Any, kind: str, **cells: str) -> list[list[str]]:
    """The header and the last row of the export with other cells, by title with _ for spaces; no mark."""
    header, *found = rows(ward, at, kind)
    line = dict(zip(header, found[-1], strict=True)) | {key.replace("_", " "): text for key, text in cells.items()}
    return [header[:-1], [line[title] for title in header[:-1]]]


def sent(ward: Ward, at: Any, kind: str, lines: Any, by: Any = None) -> Any:
    act: dict[str, Any] = {"by": by or ward.officer, "at": at, "kind": kind, "scope": "P1"}
    return preview_import(file_name="t.xlsx", content=written(lines), **act)


def figures(batch: Any) -> dict[str, int]:
    return {k: n for k, n in stored_counts(batch).items() if n and k in ("created", "changed", "unchanged", "refused")}


def why(batch: Any) -> str:
    assert batch.state == "refused", stored_effects(batch)
    return "; ".join(problem.message for problem in stored_problems(batch))


@pytest.mark.parametrize("kind", KINDS)
def test_each_comes_back_unchanged_with_marks_without_and_pasted(ward: Ward, at: Any, kind: str) -> None:
    cells = rows(ward, at, kind)
    assert len(cells) == (3 if kind == "roles" else 2)
    bare = [row[:-1] for row in cells]
    text = "\n".join("\t".join(row) for row in bare)
    for batch in (
        sent(ward, at, kind, cells), sent(ward, at, kind, bare),
        preview_block(by=ward.officer, at=at, kind=kind, scope="P1", text=text),
    ):  # fmt: skip
        assert stored_problems(batch) == []
        assert figures(batch) == {"unchanged": len(cells) - 1}
    with pytest.raises(NotYours):
        export_list(by=ward.stranger, at=at, kind=kind, scope="P1")
    with pytest.raises(NotYours):
        sent(ward, at, kind, cells, by=ward.stranger)


NEW: dict[str, dict[str, str]] = {
    "roles": {"Mã_cán_bộ": "CC900", "Họ_và_tên": "Nguyễn Văn Sẵn", "Vai_trò": "người kiểm tra",
              "Đến_ngày": "31/12/2026"},
    "acting-heads": {"Mã_đơn_vị": "P1-TO", "Đến_ngày": "30/06/2026"},
    "deputy-fields": {"Đơn_vị_thuộc_lĩnh_vực": "", "Người_thuộc_lĩnh_vực": "cc900"},
    "delegations": {"Việc_được_ủy_quyền": "giao việc", "Người_thuộc_phạm_vi": "",
                    "Đơn_vị_thuộc_phạm_vi": "P1-TO;P1-VP"},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_row_and_an_earlier_last_day_are_written_once(ward: Ward, at: Any, kind: str) -> None:
    header, old = edited(ward, at, kind, Đến_ngày="31/07/2026")
    lines = [header, old, edited(ward, at, kind, **NEW[kind])[1]]
    batch = sent(ward, at, kind, lines)
    assert stored_problems(batch) == []
    assert figures(batch) == {"created": 1, "changed": 1}
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    assert figures(sent(ward, at, kind, lines)) == {"unchanged": 2}, "what was applied stands"
    model: Any = {"roles": Role, "acting-heads": ActingHead, "deputy-fields": DeputyField,
                  "delegations": Delegation}[kind]  # fmt: skip
    made, moved = model.objects.order_by("-pk")[:2]
    assert (made.given_by if kind == "roles" else made.recorded_by) == ward.officer
    assert moved.end == date(2026, 8, 1)
    if kind == "delegations":
        assert (made.giver.code, made.covers.count()) == ("CT001", 2)
    assert "changed" not in {problem.code for problem in verify().problems}
    back = preview_undo(by=ward.officer, at=at, batch_id=batch.pk)
    said = " ".join(effect.text for effect in stored_effects(back))
    assert "dòng đã thêm không bỏ bằng bảng được" in said


def test_a_second_delegation_at_a_time_has_a_scope_of_its_own(ward: Ward, at: Any) -> None:
    header, old = edited(ward, at, "delegations")
    apart = edited(ward, at, "delegations", Đơn_vị_thuộc_phạm_vi="P1-UB", Người_thuộc_phạm_vi="")[1]
    batch = sent(ward, at, "delegations", [header, old, apart])
    assert figures(batch) == {"created": 1, "unchanged": 1}, stored_problems(batch)
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    assert sorted(one.covers.count() for one in Delegation.objects.all()) == [1, 3]
    assert figures(sent(ward, at, "delegations", rows(ward, at, "delegations"))) == {"unchanged": 2}
    shared = edited(ward, at, "delegations", Đơn_vị_thuộc_phạm_vi="P1-TO; P1-UB; P1-VP", Người_thuộc_phạm_vi="")[1]
    refused = sent(ward, at, "delegations", [header, shared])
    assert [("Trùng thời gian" in p.message, p.column) for p in stored_problems(refused)] == [(True, "Từ ngày")]
    sooner = edited(ward, at, "delegations", Đến_ngày="31/07/2026")[1]
    assert figures(sent(ward, at, "delegations", [header, sooner])) == {"changed": 1}


WRONG = [
    ("roles", {"Mã_cán_bộ": "TC001", "Họ_và_tên": ""}, "không tự ghi"),
    ("roles", {"Mã_cán_bộ": "TC002", "Họ_và_tên": ""}, "Không có mã cán bộ “TC002”"),
    ("roles", {"Mã_đơn_vị": "P2"}, "Không có đơn vị mã “P2”"),
    ("roles", {"Họ_và_tên": "Phạm Văn Khác"}, "Mã PC001 là của Phạm Văn Phó"),
    ("roles", {"Vai_trò": "lãnh đạo"}, "không có “lãnh đạo”"),
    ("roles", {"Đến_ngày": "01/01/2020"}, "Đến ngày trước Từ ngày"),
    ("roles", {"Từ_ngày": "01/03/2026"}, "Trùng thời gian"),
    ("acting-heads", {"Mã_cán_bộ": "CC900", "Họ_và_tên": "", "Từ_ngày": "01/05/2026"}, "Trùng thời gian"),
    ("acting-heads", {"Mã_đơn_vị": "P1-TO", "Từ_ngày": "01/01/2020"}, "không có vị trí công tác nào"),
    ("acting-heads", {"Mã_đơn_vị": "P1-TO", "Số,_ngày_văn_bản": ""}, "ô để trống"),
    ("acting-heads", {"Mã_đơn_vị": "P1-TO", "Mã_cán_bộ": "TC001", "Họ_và_tên": ""}, "không tự ghi"),
    ("deputy-fields", {"Mã_cán_bộ": "CC900", "Họ_và_tên": ""}, "không phải cấp phó"),
    ("deputy-fields", {"Người_thuộc_lĩnh_vực": "CC900"}, "một đơn vị hoặc một người"),
    ("deputy-fields", {"Đơn_vị_thuộc_lĩnh_vực": "", "Người_thuộc_lĩnh_vực": "PC001"}, "không phụ trách chính mình"),
    ("deputy-fields", {"Đơn_vị_thuộc_lĩnh_vực": "P2-UB"}, "Không có đơn vị mã “P2-UB”"),
    ("delegations", {"Đến_ngày": ""}, "ô để trống"),
    ("delegations", {"Đến_ngày": "31/12/2027"}, "sớm hơn"),
    ("delegations", {"Đơn_vị_thuộc_phạm_vi": "P1-TO"}, "Trùng thời gian"),
    ("delegations", {"Việc_được_ủy_quyền": "giao việc"}, "theo đơn vị"),
    ("delegations", {"Mã_cán_bộ": "CC900", "Họ_và_tên": "", "Mã_đơn_vị": "P1-TO"}, "đúng một người đứng đầu"),
    ("delegations", {"Mã_cán_bộ": "CC900", "Họ_và_tên": ""}, "không gồm người được ủy quyền"),
    ("delegations", {"Mã_cán_bộ": "CT001", "Họ_và_tên": ""}, "đang đứng đầu"),
    ("delegations", {"Mã_cán_bộ": "TC001", "Họ_và_tên": ""}, "không tự ghi"),
]


@pytest.mark.parametrize(("kind", "cells", "words"), WRONG)
def test_what_the_page_refuses_is_refused_by_row(
    ward: Ward, at: Any, kind: str, cells: dict[str, str], words: str
) -> None:
    batch = sent(ward, at, kind, edited(ward, at, kind, **cells))
    assert words in why(batch)
    assert {problem.row for problem in stored_problems(batch)} == {2}


def test_a_deputy_has_a_second_field_over_the_same_unit_as_on_the_page(ward: Ward, at: Any) -> None:
    batch = sent(ward, at, "deputy-fields", edited(ward, at, "deputy-fields", Lĩnh_vực="Chuyển đổi số"))
    assert figures(batch) == {"created": 1}


def test_an_own_role_is_neither_prolonged_nor_given_in_the_list_of_people(ward: Ward, at: Any) -> None:
    officer = Person.objects.get(code="TC001")
    Role.objects.filter(person=officer).update(end=date(2026, 12, 1))
    header, own, *_ = rows(ward, at, "roles")
    line = dict(zip(header, own, strict=True))
    assert line["Mã cán bộ"] == "TC001"
    longer = [header[:-1], [text if title != "Đến ngày" else "31/12/2026" for title, text in line.items()][:-1]]
    assert "tự kéo dài" in why(sent(ward, at, "roles", longer))
    open_again = [header[:-1], [text if title != "Đến ngày" else "" for title, text in line.items()][:-1]]
    assert "không bỏ được ngày kết thúc" in why(sent(ward, at, "roles", open_again))
    header, *people = rows(ward, at, "people")
    place = header.index("Mã cán bộ")
    mine = next(row for row in people if row[place] == "TC001")
    title = [*header[:-1], "Vai trò hệ thống"]
    assert "không tự giao vai trò" in why(sent(ward, at, "people", [title, [*mine[:-1], "người kiểm tra"]]))
    held = Role.objects.create(person=officer, unit=ward.units["P1-UB"], kind="inspector", start=SINCE)
    assert sent(ward, at, "people", [title, [*mine[:-1], "người kiểm tra"]]).state == "ready", "what is held stays"
    held.delete()


def test_a_role_given_meanwhile_stops_the_file(ward: Ward, at: Any) -> None:
    batch = sent(ward, at, "roles", edited(ward, at, "roles", **NEW["roles"]))
    actions.give_role(
        by=ward.officer, at=at, person_id=ward.employee_person.pk, unit_id=ward.units["P1-UB"].pk, kind="inspector",
        start=SINCE,
    )  # fmt: skip
    with pytest.raises(Conflict):
        apply_import(by=ward.officer, at=at, batch_id=batch.pk)


def test_many_rows_are_planned_and_written_in_as_many_queries(ward: Ward, at: Any) -> None:
    people = [Person(code=f"N{n:03}", full_name="Đỗ Thị Nhiều", sort_key="", search_key="") for n in range(200)]
    unit = ward.units["P1-VP"]
    for person in Person.objects.bulk_create(people):
        Employment.objects.create(person=person, unit=unit, kind="civil_servant", leadership="none", start=SINCE)
    header = rows(ward, at, "roles")[0][:-1]

    def asked(first: int, last: int) -> int:
        lines = [header]
        for person in people[first:last]:
            lines.append([person.code, person.full_name, "người nhập bản giấy", "P1-VP", "01/03/2026", ""])
        with CaptureQueriesContext(connection) as counted:
            batch = sent(ward, at, "roles", lines)
            apply_import(by=ward.officer, at=at, batch_id=batch.pk)
        assert Role.objects.filter(kind="enterer").count() == last
        return len(counted)

    few = asked(0, 2)
    assert asked(2, 200) - few < 10


@pytest.mark.parametrize("kind", KINDS)
def test_old_fonts_decomposed_letters_and_look_alike_codes_are_recognised(ward: Ward, at: Any, kind: str) -> None:
    bare = [row[:-1] for row in rows(ward, at, kind)]
    act: dict[str, Any] = {"by": ward.officer, "at": at, "kind": kind, "scope": "P1", "file_name": "t.xlsx"}
    old = written([[cell.translate(TCVN3) for cell in row] for row in bare], lambda row, column: ".VnTime")
    batch = preview_import(content=old, **act)
    assert batch.state == "converted"
    batch = confirm_conversion(by=ward.officer, at=at, batch_id=batch.pk)
    assert (stored_problems(batch), figures(batch)) == ([], {"unchanged": len(bare) - 1})
    apart = preview_import(content=written([[normalize("NFD", cell) for cell in row] for row in bare]), **act)
    assert (stored_problems(apart), figures(apart)) == ([], {"unchanged": len(bare) - 1})
    place = bare[0].index("Mã cán bộ")
    alike = [bare[0], [*bare[-1][:place], bare[-1][place].replace("C", "\u0421"), *bare[-1][place + 1 :]]]
    assert "Trông giống mã cán bộ “PC001”" in why(preview_import(content=written(alike), **act))


@pytest.mark.parametrize("kind", KINDS)
def test_hundreds_of_rows_come_back_unchanged(ward: Ward, at: Any, kind: str) -> None:
    agency, office, deputy = ward.units["P1-UB"], ward.units["P1-VP"], Person.objects.get(code="PC001")
    head = Person.objects.get(code="CT001")
    days = [date(2030, 1, 1) + timedelta(days=2 * n) for n in range(300)]
    spans = [{"start": day, "end": day + timedelta(days=1)} for day in days]
    with outside_actions():
        if kind == "roles":
            Role.objects.bulk_create(Role(person=deputy, unit=office, kind="inspector", **span) for span in spans)
        elif kind == "acting-heads":
            ActingHead.objects.bulk_create(
                ActingHead(unit=agency, person=deputy, kind="interim", decision="9/QĐ", **span) for span in spans
            )
        elif kind == "deputy-fields":
            DeputyField.objects.bulk_create(
                DeputyField(unit=agency, person=deputy, name="Đất đai", covers_unit=office, decision="9/QĐ", **span)
                for span in spans
            )
        else:
            made = Delegation.objects.bulk_create(
                Delegation(unit=agency, giver=head, delegate=deputy, act="assign", decision="9/QĐ", decided_on=SINCE,
                           **span) for span in spans
            )  # fmt: skip
            DelegationCover.objects.bulk_create(
                DelegationCover(delegation=one, delegate=deputy, unit=office) for one in made
            )
    with CaptureQueriesContext(connection) as asked:
        cells = rows(ward, at, kind)
    assert len(cells) > 300
    assert len(asked) < 40, "not one for each row"
    for lines in (cells, [row[:-1] for row in cells]):
        batch = sent(ward, at, kind, lines)
        assert (stored_problems(batch), figures(batch)) == ([], {"unchanged": len(cells) - 1})
