"""Every list goes out as XLSX; one that comes back does so unchanged: its file, the file without marks, pasted."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.factories.people import make_person
from tests.guards import outside_actions
from tests.integration.intake.files import cells_of, written
from tests.integration.web import budget_world
from thuocdo.audit.models import Event
from thuocdo.audit.presenters import sentence
from thuocdo.catalogues.models import Inventory, InventoryLine
from thuocdo.collectives import actions as collectives
from thuocdo.collectives.locking import file_part
from thuocdo.collectives.models import UnitSheet, UnitSubmission, UnitTask
from thuocdo.intake.actions import apply_import, export_list, preview_block, preview_import, preview_undo
from thuocdo.intake.documents import stored_counts, stored_effects, stored_problems, stored_warnings
from thuocdo.intake.specs import filtering_of, registered, spec_of, specs
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.organisation.models import Person, PersonMerge
from thuocdo.plans.models import RecurringTask, WeekGrade, WeekItem
from thuocdo.records.models import Absence
from thuocdo.rounds.models import RoundSubject
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db
AT = budget_world.AT
ROWS = 5
FILE = "tep.xlsx"
# Kind -> who takes it, of which scope (and month).
BACK = {
    "absences": ("officer", "P"), "given": ("head", "2026-02"), "grades": ("head", "{agency}-{week}"),
    "inventory": ("head", "{inventory}"), "levels": ("levels_head", "{levels}"),
    "judgements": ("head", "{cycle}"), "people": ("officer", "P"), "progress": ("own", "2026-02"),
    "inbox": ("officer", "{source}-waiting"), "recurring": ("own", "cua-toi"),
    "product-proposals": ("own", "tat-ca"),
    "competences": ("officer", "tat-ca"), "round-subjects": ("officer", "{party_round}"),
    "sync": ("officer", "tat-ca"), "tasks": ("officer", "P"),
    "unit-report": ("unit_head", "{own_unit_sheet}"), "unit-tasks": ("officer", "{unit_round}"),
    "unit-round": ("officer", "{unit_round}"),
    "units": ("officer", "P"), "week": ("own", "{week}"),
}  # fmt: skip
ELSEWHERE = {
    "calendar": "tests/integration/calendars/test_calendar_files.py",
    "catalogue": "tests/integration/catalogues/test_files_and_pages.py",
    "marks": "tests/integration/appraisals/test_pasted_marks.py",
    "outside": "tests/integration/results/test_outside.py",
    **dict.fromkeys(
        ("acting-heads", "delegations", "deputy-fields", "roles"),
        "tests/integration/organisation/test_duty_lists.py",
    ),
    **dict.fromkeys(
        ("party-members", "party-organisations", "party-seats", "party-standings"),
        "tests/integration/records/test_party_lists.py",
    ),
}
"""Lists whose round trip has a world of its own."""
OUT = {
    "accounts": ("officer", "P"), "branch": ("inspector", "2026-2"),
    "catalogue-compare": ("own", "{version_before}-{version_after}"), "difficulties": ("officer", "tat-ca"),
    "follow-ups": ("officer", "tat-ca"), "handovers": ("officer", "tat-ca"),
    "levels-to-decide": ("levels_head", "{levels}"),
    "opinions-heard": ("officer", "{opinions_heard}"),
    "opinions": ("officer", "{opinions}"), "own-history": ("staff", "cua-toi"), "petitions": ("authority", "cua-toi"),
    "places": ("officer", "{levels}"), "publication": ("officer", "{closed}"),
    "published": ("drafting", "{publication}"), "refused": ("inspector", "tat-ca"),
    "rollups": ("officer", "quarter-1-2026-{unit}"), "sheets": ("head", "{cycle}"),
    "review-reports": ("officer", "{party_round}"),
    "unit-week": ("head", "{agency}-{week}"),
    "units-of-period": ("officer", "{cycle}"), "units-week": ("officer", "{week}"),
    "paper-entries": ("officer", "tat-ca"), "person-merges": ("officer", "tat-ca"),
    "regulations": ("officer", "tat-ca"), "reopenings": ("officer", "tat-ca"),
    "reorganisations": ("officer", "tat-ca"), "rule-bindings": ("officer", "tat-ca"),
    "events": ("officer", "tat-ca"), "assessments": ("officer", "{party_round}"),
}  # fmt: skip
OUT_ELSEWHERE = {"opinions-month": "tests/integration/opinions/test_pages.py"}
"""Lists that only go out, taken by those who may in a world of their own."""
EMPTY = {"paper-entries", "refused"}
"""Lists of which this world has no row: appraisals/test_paper.py has one of the first; nobody was refused anything."""
MARKED_ALONE = {"people"}
"""Somebody of this world has posts that overlap, which no new file may bring; test_round_trip.py has the rest."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[budget_world.World]:
    """Rows in every list; nothing is kept."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: AT)
        made = budget_world.build(ROWS)
        sheet = UnitSheet.objects.get(round=made.ids["unit_round"], unit__code="DG001")
        head: Any = make_person("DG901", "Đỗ Hồng Minh", sheet.unit, "Trưởng phòng", leadership="head")
        for n in range(ROWS):
            collectives.give_unit_task(
                sheet_id=sheet.pk, title=f"Nhiệm vụ {n}", given_by="Chủ tịch", document="", due=date(2026, 3, 1),
                by=made.users["officer"], at=AT,
            )  # fmt: skip
        Absence.objects.create(person=head, kind="maternity", start=date(2026, 1, 5), end=date(2026, 7, 1))
        double: Any = make_person("DG902", "Đỗ Hồng Minh", sheet.unit)
        PersonMerge.objects.create(
            kept=made.users["own"].person, dropped=double, reason="Nhập hai lần", proposed_by=made.users["officer"],
            proposed_at=AT,
        )  # fmt: skip
        for person in Person.objects.filter(full_name__regex=r"[0-9]"):
            person.full_name = f"{person.full_name.rstrip('0123456789 ')} Lan"
            person.save()
        made.users["unit_head"] = head.user
        made.ids["own_unit_sheet"] = sheet.pk
        yield made
        transaction.set_rollback(True)


def taken(world: budget_world.World, kind: str) -> tuple[Any, str, list[list[str]], bytes]:
    """Who, which scope, the cells of the file, the file."""
    who, scope = {**BACK, **OUT}[kind]
    user, code = world.users[who], scope.format(**world.ids)
    content = export_list(by=user, at=AT, kind=kind, scope=code, month="02/2026")
    return user, code, cells_of(content), content


def test_every_registered_list_is_here() -> None:
    back, out = registered()
    assert {spec.kind for spec in back} == {*BACK, *ELSEWHERE}
    assert {listing.kind for listing in out} == {*OUT, *OUT_ELSEWHERE}
    assert all(spec.export is not None for spec in back if spec.kind != "catalogue")


def test_every_list_is_taken_back_or_says_why_not(world: budget_world.World) -> None:
    """`KEPT_ADDED` lists say it row by row."""
    back, _ = registered()
    assert [spec.kind for spec in back if not (spec.undo or spec.rewind)] == [spec.kind for spec in back if spec.stays]
    user, scope, (header, *rows), _ = taken(world, "sync")
    line = dict(zip(header, rows[0], strict=True)) | EDITS["sync"][0]
    content = written([header, [line[title] for title in header]])
    act: dict[str, Any] = {"by": user, "at": AT}
    batch = preview_import(kind="sync", scope=scope, file_name="tep.xlsx", content=content, **act)
    apply_import(batch_id=batch.pk, **act)
    with pytest.raises(Conflict, match="chỉ thêm, không sửa, không xóa"):
        preview_undo(batch_id=batch.pk, **act)
    client = Client()
    client.force_login(user)
    page = client.get(f"/bang/{batch.pk}/").content.decode()
    assert ("chỉ thêm, không sửa, không xóa" in page, "Hoàn tác lượt nhập này" in page) == (True, False)


@pytest.mark.parametrize("kind", BACK)
def test_a_list_comes_back_unchanged(world: budget_world.World, kind: str) -> None:
    user, scope, cells, content = taken(world, kind)
    assert len(cells) > 1, "the list has rows"
    bare = [row[:-1] for row in cells]
    text = "\n".join("\t".join(row) for row in bare)
    act: dict[str, Any] = {"by": user, "at": AT, "kind": kind, "scope": scope}
    found = [preview_import(file_name="tep.xlsx", content=content, **act)]
    if kind not in MARKED_ALONE:
        found += [preview_import(file_name="tep.xlsx", content=written(bare), **act), preview_block(text=text, **act)]
    for batch in found:
        counts = stored_counts(batch)
        assert (batch.state, stored_problems(batch)) == ("ready", [])
        assert {name: counts.get(name, 0) for name in ("created", "changed", "ended", "conflict")} == dict.fromkeys(
            ("created", "changed", "ended", "conflict"), 0
        )
        assert counts["unchanged"] == len(cells) - 1


@pytest.mark.parametrize("kind", OUT)
def test_a_list_goes_out_and_says_who_took_it(world: budget_world.World, kind: str) -> None:
    _, _, cells, _ = taken(world, kind)
    assert len(cells) > (0 if kind in EMPTY else 1)
    event = Event.objects.order_by("pk").last()
    assert event is not None
    assert event.code == "list.exported"
    assert all(cells[0])


@pytest.mark.parametrize("kind", [*BACK, *OUT])
def test_a_stranger_takes_nothing_or_only_what_is_the_own(world: budget_world.World, kind: str) -> None:
    stranger: Any = world.users["chief"] if kind not in ("levels", "levels-to-decide") else world.users["own"]
    _, scope = {**BACK, **OUT}[kind]
    own = (
        not any(mark in scope for mark in "{}")
        and scope in ("cua-toi", "tat-ca", "2026-2")
        and (kind in OUT or kind in ("competences", "recurring", "product-proposals"))
    )
    code = scope.format(**world.ids)
    if own or kind in ("progress", "week", "given", "units-week"):
        return
    if kind in ("assessments", "round-subjects", "review-reports"):  # everybody is a subject and takes the own rows
        mine = cells_of(export_list(by=stranger, at=AT, kind=kind, scope=code))
        assert 0 < len(mine) < len(taken(world, kind)[2]) / (1 if kind == "review-reports" else 2)
    else:
        with pytest.raises(NotYours):
            export_list(by=stranger, at=AT, kind=kind, scope=code, month="02/2026")
    spec = spec_of(kind)
    bad = [] if spec is not None and not spec.personal else ["0", "khong-co", "9" * 30]
    for wrong in bad:
        with pytest.raises(NotYours):
            export_list(by=stranger, at=AT, kind=kind, scope=wrong)


# Kind -> the page on which it is filtered, who looks, and the scope; its address takes the scope where that is a key.
FILTERED = {
    "sheets": ("evaluate_table", "head", "{cycle}"),
    "round-subjects": ("round_subjects", "officer", "{party_round}"),
    "assessments": ("assessments_round", "officer", "{party_round}"),
    "events": ("assessment_events", "officer", "tat-ca"),
    "difficulties": ("difficulties_to_handle", "officer", "tat-ca"),
    "review-reports": ("reviews", "officer", "{party_round}"),
}  # fmt: skip
LINK = re.compile(r'href="(/bang/[^"]+/tep\.xlsx\?[^"]+)"')


def filters_of(kind: str, page: str) -> list[dict[str, str]]:
    """One filter by each name that the list asks, from what the page offers and shows, and two of them together."""
    found = []
    for name in filtering_of(kind).asks:  # type: ignore[union-attr]
        box = re.search(rf'<select id="{name}".*?</select>', page, re.S)
        offered = re.findall(r'<option value="([^"]+)"', box[0]) if box else re.findall(rf'{name}=([^"&]+)"', page)
        if name == "tim":
            offered = ["0"] if kind == "difficulties" else re.findall(r'<th scope="row">.*?<a [^>]*>([^<]+)<', page)
        if name == "tc":
            offered = [str(RoundSubject.objects.filter(kind="party_organisation").latest("pk").pk)]
        found.append({name: html.unescape(offered[-1 if kind == "sheets" else 0])})
    return [*found, *([found[-1] | found[0]] if len(found) > 1 else [])]


def rows_of_pages(client: Client, address: str, asked: dict[str, str]) -> tuple[int, str]:
    """How many rows the list has on all its pages so filtered, and the link by which it goes out."""
    number, rows, link = 1, 0, ""
    while True:
        page = client.get(address, asked | {"trang": str(number)}).content.decode()
        table = page[page.rfind('<table class="cards"'):] if '<table class="cards"' in page else ""
        rows += table.count('<th scope="row">')
        link = next(iter(LINK.findall(page)), "")
        if not re.search(rf"trang={number + 1}\b", page):
            return rows, html.unescape(link)
        number += 1


def test_every_list_with_a_filter_is_here() -> None:
    back, out = registered()
    assert {one.kind for one in (*back, *out) if one.filtering} == FILTERED.keys() | OFFICE.keys()


OFFICE = {"people": ("people", {"tim": "Bùi"}), "accounts": ("accounts", {"tai-khoan": "waiting", "tim": "CC"})}
"""Kind -> the officer's page on which it is filtered and what it is asked; the file has posts that have not ended."""


@pytest.mark.parametrize("kind", OFFICE)
def test_the_officers_people_go_out_as_their_page_is_filtered(world: budget_world.World, kind: str) -> None:
    client, user = Client(), world.users["officer"]
    client.force_login(user)
    name, asked = OFFICE[kind]
    found = re.compile(r'href="(/to-chuc/nhap-du-lieu/xuat\.xlsx[^"]+scope=P)"')
    assert len(found.findall(client.get(reverse(name)).content.decode())) == 1, "the whole list alone"
    page = client.get(reverse(name), asked).content.decode()
    link, whole = (html.unescape(one) for one in found.findall(page))
    content = client.get(link).content
    cells, all_cells = cells_of(content), cells_of(client.get(whole).content)
    shown = set(re.findall(r'<span class="code">([A-Z]+[0-9]+)</span>', page))
    part = next(title for title in cells[0] if title.startswith("Lọc: "))
    assert all(words in part for words in (asked["tim"], "chờ đặt mật khẩu" if len(asked) > 1 else ""))
    assert 1 < len(cells) < len(all_cells)
    assert {row[0] for row in cells[1:]} <= shown or "trang=" in page or "sau=" in page
    event = Event.objects.order_by("-pk")[1]
    assert (event.code, asked["tim"] in event.data) == ("list.exported_part", False)
    if kind == "people":
        batch = preview_import(by=user, at=AT, kind=kind, scope="P", file_name=FILE, content=content)
        counts = stored_counts(batch)
        assert (counts["unchanged"], counts["absent"], counts["ended"]) == (len(cells) - 1, 0, 0)
        assert "giữ nguyên" in stored_warnings(batch)[0].message


@pytest.mark.parametrize("kind", FILTERED)
def test_a_filtered_page_goes_out_as_it_shows_and_comes_back_unchanged(
    world: budget_world.World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On all its pages, under the title of the filter; what comes back changes nothing and ends nothing."""
    for place in ("rounds.queries", "conclusions.queries", "conclusions.events", "reviews.queries"):
        monkeypatch.setattr(f"thuocdo.{place}.PAGE", 10)
    name, who, scope = FILTERED[kind]
    code = scope.format(**world.ids)
    client, user = Client(), world.users[who]
    client.force_login(user)
    address = reverse(name, args=[code] if code.isdigit() else [])
    page = client.get(address).content.decode()
    assert not LINK.findall(page), "the whole list stands alone where nothing is filtered"
    whole = taken(world, kind)[2]
    sizes = []
    for asked in filters_of(kind, page):
        rows, link = rows_of_pages(client, address, asked)
        if rows:
            assert link, asked
        answer = client.get(link or f"/bang/{kind}/{code}/tep.xlsx", asked)
        cells = cells_of(answer.content)
        part = next(title for title in cells[0] if title.startswith("Lọc: "))
        assert all(filtering_of(kind).asks[one] in part for one in asked), part  # type: ignore[union-attr]
        assert (asked, len(cells) - 1) == (asked, rows)
        event = Event.objects.order_by("pk").last()
        assert event is not None
        assert "lọc theo" in sentence(event)
        assert next(iter(asked.values())) not in event.data or "tim" not in asked, "a name typed stays off the record"
        sizes.append(rows)
        if spec_of(kind) is not None and rows:
            for content in (answer.content, written([row[:-1] for row in cells])):
                batch = preview_import(by=user, at=AT, kind=kind, scope=code, file_name=FILE, content=content)
                counts = stored_counts(batch)
                assert (batch.state, stored_problems(batch)) == ("ready", [])
                assert (counts["unchanged"], counts["absent"]) == (rows, 0)
                assert not any(counts[one] for one in ("created", "changed", "ended", "conflict"))
                assert "giữ nguyên" in stored_warnings(batch)[0].message
    assert any(0 < size < len(whole) - 1 for size in sizes), (sizes, len(whole))


EDITS: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "given": (
        {"Số lượng giao": "7,5", "Tính chất": "đột xuất", "Khó": "có", "Ngày bắt đầu": "03/02/2026"},
        {"Mã công việc": "MOI-1", "Mã cán bộ": "CC001", "Tháng": "02/2026", "Tên công việc": "Việc mới",
         "Hệ số quy đổi": "1,5", "Số lượng giao": "2", "Hạn hoàn thành": "25/02/2026", "Trọng tâm": "x",
         "Sản phẩm dự kiến": "Tờ trình"},
        "Số lượng giao: 4 → 7,5; Tính chất: thường xuyên → đột xuất; Khó: không → có; Ngày bắt đầu: trống → 03/02/2026",
    ),
    "week": ({"Kết quả": "xong", "Hạn": "05022026"}, {"Việc": "Việc dán từ Excel", "Trọng tâm": "x"}, "→ xong"),
    "recurring": (
        {"Ngày": "5", "Đến hết ngày": "31/12/2026"},
        {"Việc": "Báo cáo dán từ Excel", "Lặp lại": "Hằng Quý", "Ngày": "31", "Tháng của quý": "3", "Số lượng": "1",
         "Hệ số quy đổi": "1,5", "Từ ngày": "01/03/2026"},
        "Đến hết ngày: trống → 31/12/2026",
    ),
    "grades": ({"Mức": "Đạt", "Lý do": "Chậm hai việc"}, {}, "Mức: "),
    "inventory": ({"Nhóm phức tạp": "3"}, {"Tên sản phẩm, công việc": "Sản phẩm chưa có"}, "Nhóm phức tạp: 1 → 3"),
    "unit-tasks": (
        {"Hoàn thành": "có", "Ý kiến của cấp đánh giá": "Đã kiểm tra"},
        {"Mã đơn vị": "DG001", "Nhiệm vụ": "Nhiệm vụ mới", "Người giao": "Chủ tịch", "Thời hạn": "20/12/2026"},
        "Hoàn thành: trống → có",
    ),
    "unit-report": ({"Ngày hoàn thành": "01/02/2026", "Báo cáo": "Đã nộp"}, {}, "trống → 01/02/2026"),
    "product-proposals": (
        {"Xử lý": "rút"},
        {"Mã cơ quan": "P-UB", "Tên sản phẩm, công việc": "Số hóa", "Vì sao cần bổ sung": "Phát sinh hằng tuần"},
        "Xử lý: trống → rút",
    ),
    "round-subjects": (
        {"Tình trạng": "tạm hoãn", "Lý do": "Nghỉ thai sản", "Căn cứ": "12-QĐ/ĐU", "Bước khác vẫn chờ": "không"}, {},
        "Tình trạng: thuộc đợt → tạm hoãn",
    ),
    "inbox": ({"Xử lý": "bỏ qua"}, {}, "Xử lý: trống → bỏ qua"),
    "sync": ({"Ngày đã cập nhật": "01/02/2026", "Mã hoặc căn cứ": "GD-1"}, {}, "trống → GD-1"),
}  # fmt: skip


@pytest.mark.parametrize("kind", EDITS)
def test_an_edited_and_a_new_row_are_shown_and_written(world: budget_world.World, kind: str) -> None:
    if kind == "inventory":
        Inventory.objects.filter(state="drafting").update(state="merged")
        Inventory.objects.filter(pk=world.ids["inventory"]).update(state="drafting", sent_by=None, sent_at=None)
    user, scope, (header, *rows), _ = taken(world, kind)
    edited, new, words = EDITS[kind]
    line = dict(zip(header, rows[0], strict=True)) | edited
    lines = [line, *([dict.fromkeys(header, "") | new] if new else [])]
    content = written([header, *([one[title] for title in header] for one in lines)])
    act: dict[str, Any] = {"by": user, "at": AT}
    batch = preview_import(kind=kind, scope=scope, file_name="tep.xlsx", content=content, **act)
    counts = stored_counts(batch)
    assert (batch.state, stored_problems(batch)) == ("ready", [])
    assert (counts["changed"], counts["created"]) == (1, len(lines) - 1)
    assert words in "; ".join(effect.text for effect in stored_effects(batch))
    apply_import(batch_id=batch.pk, **act)
    again = preview_import(kind=kind, scope=scope, file_name="tep.xlsx", content=content, **act)
    after = stored_counts(again)
    assert after["changed"] == 0, "what was applied stands, and a second time changes nothing"
    if spec_of(kind).rewind is not None:  # type: ignore[union-attr]
        if kind in SINCE:
            then, stay, why = SINCE[kind]
            with transaction.atomic(), outside_actions():
                UnitSheet.objects.update(version=8)
                counted = stored_counts(preview_undo(batch_id=batch.pk, **act))
                assert counted["conflict"] == 0, "a step that files nothing keeps no row"
                transaction.set_rollback(True)
            with transaction.atomic(), outside_actions():
                then()
                back = preview_undo(batch_id=batch.pk, **act)
                told = [one.text for one in stored_effects(back) if one.outcome == "conflict"]
                assert len(told) == stay
                assert all(why in one for one in told), told
                transaction.set_rollback(True)
        back = preview_undo(batch_id=batch.pk, **act)
        undone = stored_counts(back)
        assert (undone["changed"], undone["ended"], undone["conflict"]) == (1, len(lines) - 1, 0)
        apply_import(batch_id=back.pk, **act)
        left = taken(world, kind)[2]
        if kind == "product-proposals":  # the office was told of the new one: it stays as one that was taken back
            assert [one[6] for one in left if one[2] == new["Tên sản phẩm, công việc"]] == ["người đề xuất đã rút"]
            left = [one for one in left if one[2] != new["Tên sản phẩm, công việc"]]
        assert left == [header, *rows], "as if it had not been"


def taken_into_week() -> None:
    one = RecurringTask.objects.latest("pk")
    post = one.person.employments.earliest("pk")
    WeekItem.objects.create(person=one.person, unit=post.unit, week=date(2026, 3, 30), text=one.text, recurring=one,
                            occurrence=date(2026, 3, 31))  # fmt: skip


def joined_into_the_new_line() -> None:
    new = InventoryLine.objects.latest("pk")
    other = InventoryLine.objects.filter(inventory=new.inventory, state="kept").exclude(pk=new.pk).latest("pk")
    InventoryLine.objects.filter(pk=other.pk).update(state="joined", joined_into=new)


def filed_since() -> None:
    for sheet in UnitSheet.objects.all():
        file_part(sheet, UnitSubmission.Part.SELF, "{}", Person.objects.earliest("pk"), AT)


# Kind -> what happens after an import, how many of its rows then stay, and why.
SINCE: dict[str, tuple[Callable[[], object], int, str]] = {
    "given": (lambda: Task.objects.filter(code="MOI-1").update(version=2, reported_at=AT), 1, "đã làm tiếp"),
    "recurring": (taken_into_week, 1, "đã lấy vào tuần"),
    "grades": (lambda: WeekGrade.objects.update(reason="Chậm ba việc", version=9), 1, "nay “Chậm ba việc”"),
    "inventory": (joined_into_the_new_line, 1, "đã có dòng khác gộp vào dòng này"),
    "unit-tasks": (filed_since, 2, "Bản nộp gần nhất của phiếu: khi nhập “"),
    "unit-report": (filed_since, 1, "nay “lần 1, đơn vị tự đánh giá, ngày"),
}  # fmt: skip


WRONG = {
    "given": ({"Mã cán bộ": "TP001"}, "phạm vi"),
    "week": ({"Việc": ""}, "ô để trống"),
    "recurring": ({"Lặp lại": "hằng quý", "Tháng của quý": "", "Ngày": "5"}, "tháng thứ 1, 2 hoặc 3"),
    "grades": ({"Mức": "Rất tốt"}, "không có mức"),
    "inventory": ({"Số lần": "99"}, "không sửa ở đây"),
    "unit-tasks": ({"Hoàn thành": "không"}, "phải ghi ý kiến"),
    "unit-report": ({"Vượt yêu cầu": "có"}, "minh chứng"),
    "product-proposals": ({"Xử lý": "không bổ sung", "Lý do không bổ sung": "Đã có"}, "tự trả lời"),
    "sync": ({"Ngày đã cập nhật": "01/02/2026"}, "Mã hoặc căn cứ"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_may_not_be_is_refused_by_row_with_the_remedy(world: budget_world.World, kind: str) -> None:
    user, scope, (header, *rows), _ = taken(world, kind)
    edited, words = WRONG[kind]
    if kind == "unit-tasks":
        UnitTask.objects.filter(sheet__unit__code="DG000").update(done_on=AT.date())
        _, _, (header, *rows), _ = taken(world, kind)
    line = dict(zip(header, rows[0], strict=True)) | edited
    content = written([header, [line[title] for title in header]])
    batch = preview_import(by=user, at=AT, kind=kind, scope=scope, file_name="tep.xlsx", content=content)
    assert batch.state == "refused"
    assert words in stored_problems(batch)[0].message


def test_days_of_a_heads_pasted_table_are_read_in_three_spellings_and_never_guessed(world: budget_world.World) -> None:
    user, scope, (header, *rows), _ = taken(world, "given")
    act: dict[str, Any] = {"by": user, "at": AT, "kind": "given", "scope": scope}
    for typed, words in (
        ("27/02/2026", ""), ("27-02-2026", ""), ("27022026", ""), ("3/4/26", "đủ bốn chữ số"),
        ("02/27/2026", "tháng trước ngày"), ("30/02/2026", "không có ngày"), ("2026-02-27", "ghi năm trước"),
        ("46080", "dạng số"), ("2722026", "mất số 0"),
    ):  # fmt: skip
        line = dict(zip(header, rows[0], strict=True)) | {"Hạn hoàn thành": typed}
        text = "\n".join("\t".join(cells[:-1]) for cells in (header, [line[title] for title in header], [""] * 30))
        batch = preview_block(text=text, **act)
        said = "; ".join(one.message for one in stored_problems(batch))
        assert (typed, batch.state, words in said) == (typed, "refused" if words else "ready", True), said


def test_the_officer_is_offered_every_list_and_the_choice_of_rows(world: budget_world.World) -> None:
    client = Client()
    client.force_login(world.users["officer"])
    offered = re.findall(r'<option value="([a-z_-]+)"', client.get("/to-chuc/nhap-du-lieu/").content.decode())
    assert {spec.kind for spec in specs() if spec.export} | {"accounts"} == set(offered)
    page = client.get(f"/to-chuc/nhap-du-lieu/{world.ids['batch']}/").content.decode()
    assert 'name="skip"' in page
    assert 'type="checkbox" name="row"' in page


def test_each_has_an_address_on_a_page(world: budget_world.World) -> None:
    for kind, (who, scope) in {**BACK, **OUT}.items():
        spec = spec_of(kind)
        if (spec is not None and not spec.personal) or kind == "accounts":
            continue
        client = Client()
        client.force_login(world.users[who])
        answer = client.get(f"/bang/{kind}/{scope.format(**world.ids)}/tep.xlsx")
        assert answer.status_code == 200, kind
        assert answer["Content-Disposition"].startswith("attachment"), kind
        if spec is not None:
            assert _back_leads_to_the_list(client, kind, scope.format(**world.ids)), kind


def _back_leads_to_the_list(client: Client, kind: str, scope: str) -> bool:
    """The way back from the page of the table is a page that offers this table again."""
    page = client.get(f"/bang/{kind}/{scope}/")
    found = re.search(r'class="back" href="([^"]+)"', page.content.decode())
    assert found is not None
    list_page = client.get(html.unescape(found[1]))
    return f"/bang/{kind}/{scope}/" in list_page.content.decode()
