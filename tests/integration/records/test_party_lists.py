"""Party facts come in as Excel and go out unchanged: the tree, cells, committees, standings; what is wrong is named."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.guards import outside_actions
from tests.integration.intake.files import cells_of, written
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.intake.actions import apply_import, export_list, preview_import, preview_undo
from thuocdo.intake.documents import stored_counts, stored_effects, stored_problems
from thuocdo.intake.models import ImportBatch
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Person
from thuocdo.records.models import CommitteeSeat, PartyLink, PartyMembership, PartyOrganisation, PartyStanding
from thuocdo.records.party import actions
from thuocdo.records.party.letterheads import letterhead_of
from thuocdo.rounds.frame import Frame
from thuocdo.rounds.people import read_people

pytestmark = pytest.mark.django_db
TREE_HEAD = [
    "Mã tổ chức đảng", "Tên tổ chức đảng", "Loại", "Mã tổ chức đảng cấp trên", "Mã đơn vị", "Từ ngày", "Đến ngày",
]  # fmt: skip
TREE = [
    ["CB1", "Chi bộ 1", "chi bộ trực thuộc", "DB", "P1-UB", "01/07/2025", ""],
    ["DB", "Đảng bộ phường", "đảng bộ cơ sở", "", "P1", "01/07/2025", ""],
    ["CB2", "Chi bộ 2", "chi bộ trực thuộc", "DB", "P1-UB", "01/07/2025", ""],
]
MEMBER_HEAD = ["Mã cán bộ", "Mã tổ chức đảng", "Ngày kết nạp", "Từ ngày", "Đến ngày"]


def preview(ward: Any, at: Any, kind: str, rows: list[list[str]]) -> ImportBatch:
    content = written(rows)
    return preview_import(by=ward.officer, at=at, kind=kind, scope="P1", file_name="t.xlsx", content=content)


def bring(ward: Any, at: Any, kind: str, rows: list[list[str]]) -> ImportBatch:
    batch = preview(ward, at, kind, rows)
    assert stored_problems(batch) == []
    return apply_import(by=ward.officer, at=at, batch_id=batch.pk)


def says(batch: ImportBatch) -> str:
    return " | ".join(problem.message for problem in stored_problems(batch))


@pytest.fixture
def party(ward: Any, at: Any) -> Any:
    """A committee with two cells, one member who is its secretary and who was suspended for a while."""
    code = ward.employee_person.code
    bring(ward, at, "party-organisations", [TREE_HEAD, *TREE])
    bring(ward, at, "party-members", [MEMBER_HEAD, [code, "CB1", "03/02/2015", "01/07/2025", ""]])
    seat = [code, "DB", "bí thư", "01/07/2025", ""]
    bring(ward, at, "party-seats", [["Mã cán bộ", "Mã tổ chức đảng", "Chức vụ", "Từ ngày", "Đến ngày"], seat])
    standing = [code, "đình chỉ sinh hoạt đảng", "01/08/2026", ""]
    bring(ward, at, "party-standings", [["Mã cán bộ", "Tình trạng", "Từ ngày", "Đến ngày"], standing])
    return ward


def test_what_came_in_is_stored_with_its_dates(party: Any) -> None:
    assert {(link.child.code, link.parent.code) for link in PartyLink.objects.all()} == {("CB1", "DB"), ("CB2", "DB")}
    member, seat, standing = PartyMembership.objects.get(), CommitteeSeat.objects.get(), PartyStanding.objects.get()
    assert (member.organisation.code, member.admitted) == ("CB1", date(2015, 2, 3))
    assert (seat.organisation.code, seat.role, standing.kind) == ("DB", "secretary", "suspended")


@pytest.mark.parametrize("kind", ["party-organisations", "party-members", "party-seats", "party-standings"])
def test_a_list_goes_out_and_comes_back_unchanged(party: Any, at: Any, kind: str) -> None:
    content = export_list(by=party.officer, at=at, kind=kind, scope="P1", month="")
    rows = [row[:-1] for row in cells_of(content)]
    batch = preview(party, at, kind, rows)
    assert stored_problems(batch) == []
    assert stored_counts(batch)["unchanged"] == len(rows) - 1 >= 1


def test_a_cell_moves_and_ends_and_a_member_moves(party: Any, at: Any) -> None:
    other = ["DB2", "Đảng bộ bộ phận", "đảng bộ bộ phận", "DB", "P1", "01/01/2026", ""]
    moved = ["CB2", "Chi bộ 2", "chi bộ trực thuộc", "DB2", "P1-UB", "01/02/2026", "30/11/2026"]
    bring(party, at, "party-organisations", [TREE_HEAD, other, moved])
    links = PartyLink.objects.filter(child__code="CB2").order_by("start")
    assert [(link.parent.code, link.end) for link in links] == [("DB", date(2026, 2, 1)), ("DB2", None)]
    assert PartyOrganisation.objects.get(code="CB2").end == date(2026, 12, 1)
    code = party.employee_person.code
    first = [code, "CB1", "03/02/2015", "01/07/2025", "31/01/2026"]
    bring(party, at, "party-members", [MEMBER_HEAD, first, [code, "CB2", "03/02/2015", "01/02/2026", ""]])
    assert PartyMembership.objects.filter(end__isnull=True).get().organisation.code == "CB2"


def taken_back(ward: Any, at: Any, batch: ImportBatch) -> list[str]:
    back = preview_undo(by=ward.officer, at=at, batch_id=batch.pk)
    apply_import(by=ward.officer, at=at, batch_id=back.pk)
    assert verify().clean
    return [f"{effect.outcome}: {effect.text}" for effect in stored_effects(back)]


def test_a_member_moved_by_mistake_is_back_in_the_old_cell_alone(party: Any, at: Any) -> None:
    code = party.employee_person.code
    moved = [[code, "CB1", "03/02/2015", "01/07/2025", "31/01/2026"], [code, "CB2", "03/02/2015", "01/02/2026", ""]]
    batch = bring(party, at, "party-members", [MEMBER_HEAD, *moved])
    assert [line.partition(":")[0] for line in taken_back(party, at, batch)] == ["changed", "ended"]
    member = PartyMembership.objects.get()
    assert (member.organisation.code, member.end) == ("CB1", None)


def test_an_organisation_gets_its_name_back_and_keeps_the_place_a_list_cannot_return(party: Any, at: Any) -> None:
    named = [[TREE[0][0], "Tên nhầm", *TREE[0][2:]]]
    other = ["DB2", "Đảng bộ bộ phận", "đảng bộ bộ phận", "DB", "P1", "01/01/2026", ""]
    moved = ["CB2", "Chi bộ 2", "chi bộ trực thuộc", "DB2", "P1-UB", "01/02/2026", ""]
    batch = bring(party, at, "party-organisations", [TREE_HEAD, *named, other, moved])
    first, second, third = taken_back(party, at, batch)
    assert first.startswith("changed: Chi bộ 1")
    assert second.startswith("conflict: CB2: Ngày chuyển phải sau"), "one row that stays does not stop the others"
    assert "dòng đã thêm không bỏ bằng bảng được" in third
    assert PartyOrganisation.objects.get(code="CB1").name == "Chi bộ 1"
    assert PartyLink.objects.get(child__code="CB2", end=None).parent.code == "DB2"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["X", "X", "chi bộ trực thuộc", "KHONG", "P1", "01/07/2025", ""], "Không có tổ chức đảng"),
        (["X", "X", "chi bộ trực thuộc", "CB1", "P1", "01/07/2025", ""], "Chi bộ không có tổ chức đảng trực thuộc"),
        (["X", "X", "chi bộ trực thuộc", "DB", "NGOAI", "01/07/2025", ""], "Không có đơn vị"),
        (["X", "X", "chi bộ trực thuộc", "DB", "P1", "01/07/2025", "01/06/2025"], "Đến ngày trước"),
        (["CB1", "X", "chi bộ trực thuộc", "", "P1", "01/07/2025", ""], "Hãy ghi tổ chức cấp trên"),
        (["CB1", "X", "chi bộ trực thuộc", "DB", "P1", "01/07/2024", ""], "giữ nguyên Từ ngày"),
    ],
)
def test_a_wrong_organisation_is_named(party: Any, at: Any, row: list[str], words: str) -> None:
    assert words in says(preview(party, at, "party-organisations", [TREE_HEAD, row]))


def test_a_ring_a_double_and_a_day_too_early_are_named(party: Any, at: Any) -> None:
    ring = [
        ["A", "A", "đảng bộ cơ sở", "B", "P1", "01/07/2025", ""],
        ["B", "B", "đảng bộ cơ sở", "A", "P1", "01/07/2025", ""],
    ]
    assert "thành vòng" in says(preview(party, at, "party-organisations", [TREE_HEAD, *ring]))
    assert "dòng trên" in says(preview(party, at, "party-organisations", [TREE_HEAD, TREE[1], TREE[1]]))
    part = ["DB2", "Đảng bộ bộ phận", "đảng bộ bộ phận", "DB", "P1", "01/01/2026", ""]
    early = ["CB2", "Chi bộ 2", "chi bộ trực thuộc", "DB2", "P1-UB", "01/07/2025", ""]
    assert "Ngày chuyển phải sau" in says(preview(party, at, "party-organisations", [TREE_HEAD, part, early]))


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["KHONG", "CB1", "03/02/2015", "01/07/2025", ""], "Không có mã cán bộ"),
        (["", "DB", "03/02/2015", "01/07/2025", ""], "không phải chi bộ"),
        (["", "NGOAI", "03/02/2015", "01/07/2025", ""], "Không có tổ chức đảng"),
        (["", "CB1", "03/02/2026", "01/07/2025", ""], "Ngày kết nạp sau"),
        (["", "CB1", "03/02/2015", "01/07/2025", "30/06/2025"], "Đến ngày trước"),
        (["", "CB2", "03/02/2015", "01/07/2025", ""], "Trùng thời gian"),
    ],
)
def test_a_wrong_member_is_named(party: Any, at: Any, cells: list[str], words: str) -> None:
    row = [cells[0] or party.employee_person.code, *cells[1:]]
    assert words in says(preview(party, at, "party-members", [MEMBER_HEAD, row]))


def test_only_the_officer_of_the_unit_and_the_database_refuses_too(party: Any, at: Any) -> None:
    with pytest.raises(NotYours):
        export_list(by=party.employee_person.user, at=at, kind="party-members", scope="P1", month="")
    cell = PartyOrganisation.objects.get(code="CB1")
    wrong = {"person": party.employee_person, "organisation": cell, "admitted": date(2026, 5, 1)}
    with pytest.raises(IntegrityError), transaction.atomic():
        PartyMembership.objects.create(start=date(2026, 4, 1), **wrong)


PAGE = "/to-chuc/co-cau/to-chuc-dang/"


def test_the_page_shows_one_level_and_the_people_of_a_cell(party: Any, client: Client) -> None:
    client.force_login(party.officer)
    top = client.get(PAGE).content.decode()
    assert "Đảng bộ phường" in top
    assert "Chi bộ 1" not in top
    root, cell = (PartyOrganisation.objects.get(code=code) for code in ("DB", "CB1"))
    below = client.get(PAGE, {"goc": root.pk}).content.decode()
    assert all(words in below for words in ("Chi bộ 1", "Chi bộ 2", "bí thư", party.employee_person.full_name))
    people = client.get(PAGE, {"goc": cell.pk}).content.decode()
    assert all(words in people for words in (party.employee_person.code, "03/02/2015"))
    client.force_login(party.employee_person.user)
    assert client.get(PAGE, {"goc": cell.pk}).status_code in (403, 404)


def test_the_page_of_a_cell_elsewhere_is_not_found_and_rows_cost_no_queries(
    party: Any, client: Client, at: Any
) -> None:
    client.force_login(party.officer)
    root, cell = (PartyOrganisation.objects.get(code=code) for code in ("DB", "CB1"))

    def cost(key: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PAGE, {"goc": key}).status_code == 200
        return len(asked)

    cost(root.pk)
    before = cost(root.pk), cost(cell.pk)
    more = [["C" + str(n), f"Chi bộ {n}", "chi bộ trực thuộc", "DB", "P1-UB", "01/07/2025", ""] for n in range(10, 30)]
    bring(party, at, "party-organisations", [TREE_HEAD, *more])
    others = Person.objects.exclude(pk=party.employee_person.pk)
    for person in others:
        PartyMembership.objects.create(
            person=person, organisation=cell, admitted=date(2020, 1, 1), start=date(2025, 7, 1)
        )
    assert others.exists()
    assert (cost(root.pk), cost(cell.pk)) == before
    assert max(before) <= 15
    assert client.get(PAGE, {"goc": 999_999}).status_code == 404
    PartyOrganisation.objects.filter(pk=root.pk).update(unit=party.units["P1-UB"], end=date(2025, 8, 1))
    assert client.get(PAGE, {"goc": root.pk}).status_code == 404


def test_the_head_of_papers_is_written_on_the_page_and_that_of_above_holds_below(
    party: Any, client: Client, at: Any
) -> None:
    client.force_login(party.officer)
    root, cell = (PartyOrganisation.objects.get(code=code) for code in ("DB", "CB1"))
    typed = {"do": "letterhead", "paper_above": " Đảng bộ tỉnh ", "paper_name": "Đảng ủy phường", "heading": "CHỮ PHẢI"}
    assert "Chưa ghi ở đây và ở tổ chức đảng cấp trên" in client.get(PAGE, {"goc": cell.pk}).content.decode()
    answer = client.post(f"{PAGE}?goc={root.pk}", typed | {"heading": "x" * 161})
    assert (answer.status_code, "rút gọn" in answer.content.decode()) == (400, True)
    assert 'value="Đảng ủy phường"' in answer.content.decode(), "what was typed stays"
    for _ in range(2):
        assert client.post(f"{PAGE}?goc={root.pk}", typed).status_code == 302
    assert Event.objects.filter(code="party_organisation.letterhead_written").count() == 1, "a double click"
    found = letterhead_of(cell, at.date())
    assert (found.above, found.name, found.heading, found.borrowed) == ("", "Chi bộ 1", "CHỮ PHẢI", root)
    assert "(theo Đảng bộ phường)" in client.get(PAGE, {"goc": cell.pk}).content.decode()
    assert client.post(f"{PAGE}?goc={cell.pk}", {"do": "letterhead", "heading": "CHỮ KHÁC"}).status_code == 302
    own = letterhead_of(PartyOrganisation.objects.get(pk=cell.pk), at.date())
    assert (own.heading, own.borrowed) == ("CHỮ KHÁC", None)
    root.refresh_from_db()
    assert (letterhead_of(root, at.date()).above, root.paper_name) == ("Đảng bộ tỉnh", "Đảng ủy phường")
    out = export_list(by=party.officer, at=at, kind="party-organisations", scope="P1", month="")
    rows = [row[:-1] for row in cells_of(out)]
    assert {row[0]: row[7:] for row in rows[1:]}["DB"] == ["Đảng bộ tỉnh", "Đảng ủy phường", "CHỮ PHẢI"]
    rows[1][8:10] = ["Tên mới", ""]
    bring(party, at, "party-organisations", rows)
    bring(party, at, "party-organisations", [TREE_HEAD, *TREE])
    cell.refresh_from_db()
    assert (cell.code, cell.paper_above, cell.paper_name, cell.heading) == (rows[1][0], "", "Tên mới", "")
    root.refresh_from_db()
    assert root.heading == "CHỮ PHẢI", "a file without these columns leaves them as they are"
    client.force_login(party.employee_person.user)
    assert client.post(f"{PAGE}?goc={root.pk}", typed).status_code in (403, 404)


def test_a_standing_is_written_and_ended_on_the_page(party: Any, client: Client, at: Any) -> None:
    client.force_login(party.officer)
    cell, person = PartyOrganisation.objects.get(code="CB1"), party.employee_person
    path = f"{PAGE}?goc={cell.pk}"
    typed = {"do": "add", "person": str(person.pk), "kind": "key_cadre", "start": "01/08/2025", "last": ""}
    for wrong, says in (
        ({"start": "hôm qua"}, "Từ ngày"),
        ({"kind": "famous"}, "Hãy chọn tình trạng trong danh sách"),
        ({"person": "999999"}, "Hãy chọn một đảng viên, cấp ủy viên ở đây"),
        ({"last": "01/07/2025"}, "Ngày cuối trước ngày bắt đầu"),
    ):
        answer = client.post(path, typed | wrong)
        assert (answer.status_code, says in answer.content.decode()) == (400, True)
    assert 'value="01/08/2025"' in client.post(path, typed | {"kind": ""}).content.decode(), "what was typed stays"
    assert client.post(path, typed, follow=True).content.decode().count("cán bộ chủ chốt") > 1
    assert client.post(path, typed | {"start": "01/09/2025"}).status_code == 409
    row = PartyStanding.objects.get(kind="key_cadre")
    assert (row.person, row.start, row.end) == (person, date(2025, 8, 1), None)
    ended = {"do": "end", "standing": str(row.pk), "ended": "31/12/2025"}
    assert client.post(path, ended | {"ended": "01/01/2025"}).status_code == 400
    assert client.post(path, ended | {"standing": "0"}).status_code == 400
    assert client.post(path, ended).status_code == 302
    assert client.post(path, ended | {"ended": "30/11/2025"}).status_code == 302, "a double click changes nothing"
    row.refresh_from_db()
    assert row.end == date(2026, 1, 1)
    assert client.post(path, typed | {"start": "01/01/2026"}).status_code == 302, "the next day is free"
    assert client.post(path, typed | {"start": "01/12/2025", "last": "05/12/2025"}).status_code == 409
    assert client.post(f"{PAGE}?goc=999999", typed).status_code == 404
    PartyMembership.objects.filter(person=person).delete()
    CommitteeSeat.objects.filter(person=person).delete()
    own = Person.objects.get(user=party.officer)
    PartyMembership.objects.create(
        person=own, organisation=cell, admitted=date(2020, 1, 1), start=date(2025, 7, 1)
    )
    answer = client.post(path, typed | {"person": str(own.pk)})
    assert (answer.status_code, "của chính ông/bà" in answer.content.decode()) == (403, True)
    client.force_login(party.employee_person.user)
    assert client.post(path, typed).status_code in (403, 404)


def test_a_standing_written_by_mistake_is_withdrawn_with_a_reason_and_kept(party: Any, client: Client, at: Any) -> None:
    """On the page and in the list; no rule asks for it any more, the same day is free again, `verify` stays clean."""
    client.force_login(party.officer)
    cell, person = PartyOrganisation.objects.get(code="CB1"), party.employee_person
    path, officer = f"{PAGE}?goc={cell.pk}", party.officer
    given: dict[str, Any] = {"organisation_id": cell.pk, "by": officer, "at": at}
    row = actions.record_standing(
        person_id=person.pk, kind="temporary", start=date(2025, 8, 1), last=date(2025, 8, 31), **given
    )
    frame = Frame(cell.pk, {}, {}, {}, {}, {}, {}, {})

    def asked() -> set[str]:
        return set(read_people(frame, date(2025, 8, 10), 2025, [person.pk]).standings.get(person.pk, ()))

    assert asked() == {"temporary"}
    typed = {"do": "withdraw", "mistaken": str(row.pk), "withdraw_reason": "Ghi nhầm người trùng tên"}
    for wrong, words in (
        ({"withdraw_reason": " "}, "Lý do rút lại: chưa nhập"), ({"mistaken": "0"}, "Hãy chọn một tình trạng"),
    ):  # fmt: skip
        answer = client.post(path, typed | wrong)
        assert (answer.status_code, words in answer.content.decode()) == (400, True)
    shown = client.post(path, typed, follow=True).content.decode()
    assert "Đã rút lại vì ghi nhầm (1)" in shown
    assert "sinh hoạt đảng tạm thời ở nơi khác từ 01/08/2025 đến hết 31/08/2025" in shown
    assert asked() == set()
    assert "Ghi nhầm người trùng tên" in shown
    row.refresh_from_db()
    assert (row.withdrawn_by, row.end) == (officer, date(2025, 9, 1))
    assert client.post(path, typed | {"withdraw_reason": "lần nữa"}).status_code == 302, "a double click"
    assert client.post(path, {"do": "end", "standing": str(row.pk), "ended": "05/08/2025"}).status_code == 409
    row.refresh_from_db()
    assert row.withdrawn_reason == "Ghi nhầm người trùng tên"
    events = Event.objects.filter(code__startswith="party_standing.").order_by("pk").values_list("code", flat=True)
    assert list(events) == ["party_standing.recorded", "party_standing.withdrawn"]
    kept = PartyStanding.objects.filter(pk=row.pk)
    for wrong in (
        lambda: kept.update(withdrawn_reason="Lý do khác"), lambda: kept.update(end=None), lambda: kept.delete(),
        lambda: kept.update(withdrawn_at=None, withdrawn_by=None, withdrawn_reason=""),
    ):  # fmt: skip
        refused = pytest.raises(IntegrityError, match="fixed: records_partystanding")
        with outside_actions(), refused, transaction.atomic():
            wrong()
    again = actions.record_standing(
        person_id=person.pk, kind="temporary", start=date(2025, 8, 1), last=date(2025, 8, 31), **given
    )
    head = ["Mã cán bộ", "Tình trạng", "Từ ngày", "Đến ngày", "Rút lại vì ghi nhầm: lý do"]
    line = [person.code, "sinh hoạt đảng tạm thời ở nơi khác", "01/08/2025", "31/08/2025", "Ghi nhầm tháng"]
    late = preview(party, at, "party-standings", [head, [*line[:2], "02/08/2025", *line[3:]]])
    assert "Chưa có tình trạng này từ ngày ấy để rút lại" in says(late)
    bring(party, at, "party-standings", [head, line])
    again.refresh_from_db()
    assert (again.withdrawn_by, again.withdrawn_reason, again.end) == (officer, "Ghi nhầm tháng", date(2025, 9, 1))
    assert asked() == set()
    exported = export_list(by=officer, at=at, kind="party-standings", scope="P1", month="")
    assert [cells[1] for cells in cells_of(exported)[1:]] == ["đình chỉ sinh hoạt đảng"]
    running = [person.code, "đình chỉ sinh hoạt đảng", "01/08/2026", "", "Ghi nhầm người"]
    batch = bring(party, at, "party-standings", [head, running])
    [back] = taken_back(party, at, batch)
    assert back.startswith("created: "), "written anew; what was withdrawn stays so, with its reason"
    reasons = PartyStanding.objects.filter(kind="suspended").order_by("pk").values_list("withdrawn_reason", flat=True)
    assert list(reasons) == ["Ghi nhầm người", ""]
