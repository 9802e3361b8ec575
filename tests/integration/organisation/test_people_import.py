"""The list of people as XLSX: previewed, applied whole or not at all, idempotent, bounded by the officer's
scope.
"""

from datetime import date

import pytest

from tests.integration.organisation.ward import HEADER, Ward, person_row, xlsx
from thuocdo.accounts.models import User
from thuocdo.audit.models import Event
from thuocdo.intake.actions import apply_import, preview_import
from thuocdo.intake.documents import stored_counts, stored_effects, stored_problems, stored_warnings
from thuocdo.intake.models import ImportBatch
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation import actions
from thuocdo.organisation.models import Employment, Person, Role
from thuocdo.organisation.queries import permissions

pytestmark = pytest.mark.django_db


def preview(ward: Ward, at, rows, header=HEADER, by=None) -> ImportBatch:
    return preview_import(by=by or ward.officer, at=at, kind="people", scope="P1", file_name="nguoi.xlsx",
                          content=xlsx(header, rows))


def messages(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return [(p.row, p.column, p.message) for p in stored_problems(batch)]


def test_preview_writes_nothing_and_apply_writes_all_with_one_event(ward, at):
    people, events = Person.objects.count(), Event.objects.count()
    batch = preview(ward, at, [
        person_row("CC001", "Nguyễn Văn An", username="an.nv", roles="người giao việc"),
        person_row("CC002", "Trần Thị Bình", start=date(2025, 9, 1), leadership="người đứng đầu"),
    ])
    assert batch.state == "ready"
    assert stored_counts(batch) == {
        "rows": 2,
        "created": 2,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
        "problems": 0,
        **dict.fromkeys(("absent", "conflict", "ended", "tidied"), 0),
    }
    assert Person.objects.count() == people
    assert Event.objects.count() == events + 1

    apply_import(by=ward.officer, at=at, batch_id=batch.pk)

    assert Event.objects.count() == events + 2
    an = Person.objects.select_related("user").get(code="CC001")
    assert an.full_name == "Nguyễn Văn An"
    assert an.user.username == "an.nv"
    assert not an.user.has_usable_password()
    assert Role.objects.get(person=an).kind == "task_giver"
    head = Employment.objects.get(person__code="CC002")
    assert (head.start, head.end, head.leadership) == (date(2025, 9, 1), None, "head")


def test_the_same_file_again_changes_nothing_and_a_second_click_has_no_effect(ward, at):
    rows = [person_row("CC001", username="an.nv", roles="kiểm tra", last="31/12/2026"), person_row("CC002")]
    batch = preview(ward, at, rows)
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    posts, events = Employment.objects.count(), Event.objects.count()
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    assert (Employment.objects.count(), Event.objects.count()) == (posts, events)

    again = preview(ward, at, rows)
    assert stored_counts(again)["unchanged"] == 2
    apply_import(by=ward.officer, at=at, batch_id=again.pk)
    assert Employment.objects.count() == posts
    assert Role.objects.filter(person__code="CC001").count() == 1
    assert Employment.objects.get(person__code="CC001").end == date(2027, 1, 1)


def test_changes_are_shown_in_words_and_written(ward, at):
    apply_import(by=ward.officer, at=at, batch_id=preview(ward, at, [person_row("CC001", "Tran Van Moi")]).pk)
    batch = preview(ward, at, [person_row("cc001", "Trần Văn Mới", position="Phó Chánh Văn phòng",
                                          leadership="Cấp phó", last="30/06/2026")])
    (effect,) = stored_effects(batch)
    assert effect.outcome == "changed"
    for words in ("Chức vụ: Chuyên viên → Phó Chánh Văn phòng", "Vai trò: không giữ chức vụ → cấp phó",
                  "Họ và tên: Tran Van Moi → Trần Văn Mới", "đến 30/06/2026"):
        assert words in effect.text
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    post = Employment.objects.select_related("person").get(person__code="CC001")
    assert (post.leadership, post.end, post.person.full_name) == ("deputy", date(2026, 7, 1), "Trần Văn Mới")
    assert post.person.search_key == "tran van moi"


def test_a_column_left_out_keeps_what_is_stored(ward, at):
    rows = [person_row("CC001", leadership="cấp phó", group="Tham mưu", last="31/12/2026")]
    apply_import(by=ward.officer, at=at, batch_id=preview(ward, at, rows).pk)
    short = ["Mã cán bộ", "Họ và tên", "Mã đơn vị", "Đối tượng", "Chức vụ", "Từ ngày"]
    batch = preview(
        ward, at, [["CC001", "Trần Văn Mới", "P1-VP", "công chức", "Chuyên viên", "01/08/2025"]], short
    )
    assert stored_counts(batch)["unchanged"] == 1


def test_a_mover_has_two_rows_and_the_first_ends(ward, at):
    batch = preview(ward, at, [
        person_row("CC001", unit="P1-VP", last="31/01/2026"),
        person_row("CC001", unit="P1-DU", start="01/02/2026"),
    ])
    assert batch.state == "ready"
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    assert Person.objects.filter(code="CC001").count() == 1
    posts = Employment.objects.filter(person__code="CC001").order_by("start")
    assert [(p.unit.code, p.end) for p in posts] == [("P1-VP", date(2026, 2, 1)), ("P1-DU", None)]


@pytest.mark.parametrize(
    ("rows", "row", "column", "words"),
    [
        ([person_row("CC001"), person_row("CC001")], 3, "Mã cán bộ", "trùng với dòng 2"),
        ([person_row("CC001"), person_row("CC001", start="01/09/2025")], 3, "Từ ngày", "trùng thời gian"),
        ([person_row("CC001"), person_row("CC001", "Người Khác")], 3, "Họ và tên", "dòng 2"),
        ([person_row("CC001", unit="P1-VPP")], 2, "Mã đơn vị", "Có phải “P1-VP”"),
        ([person_row("CC001", unit="P2-UB")], 2, "Mã đơn vị", "phạm vi"),
        ([person_row("CC001", start="31/02/2026")], 2, "Từ ngày", "không có ngày 31/02/2026"),
        ([person_row("CC001", start="01/08/26")], 2, "Từ ngày", "bốn chữ số"),
        ([person_row("CC001", start="08/31/2025")], 2, "Từ ngày", "tháng 31"),
        ([person_row("CC001", last="01/07/2025")], 2, "Đến ngày", "trước Từ ngày"),
        ([person_row("CC001", kind="giáo viên")], 2, "Đối tượng", "Hãy ghi một trong"),
        ([person_row("", "Không Mã")], 2, "Mã cán bộ", "để trống"),
        ([person_row("CC001", "Nguyễn V¨n An")], 2, "Họ và tên", "TCVN3"),
        ([person_row("CC001", "Nguyễn Vaên An")], 2, "Họ và tên", "VNI"),
        ([person_row("CC001", "=HYPERLINK(1)")], 2, "Họ và tên", "họ tên"),
        ([person_row("CC001", username="lt.to")], 2, "Tài khoản", "đã có người dùng"),
        ([person_row("CC001", username="ab"), person_row("CC002", username="Ần")], 2, "Tài khoản", "không "
            "dùng được"),
        ([person_row("CC001", username="an.nv"), person_row("CC002", "B C", username="an.nv")], 3, "Tài "
            "khoản",
         "đã có người dùng"),
        ([person_row("CC900", "Nguyễn Văn Sẵn", start="01/01/2026")], 2, "Từ ngày", "dữ liệu đang có"),
        ([person_row("A1", leadership="người đứng đầu"), person_row("A2", "B C", leadership="người đứng "
            "đầu")], 3,
         "Vai trò", "người đứng đầu khác"),
    ],
)
def test_a_problem_names_row_column_and_remedy_and_nothing_can_be_applied(ward, at, rows, row, column, words):
    batch = preview(ward, at, rows)
    assert batch.state == "refused"
    found = [m for r, c, m in messages(batch) if (r, c) == (row, column)]
    assert found, messages(batch)
    assert words in found[0]
    assert "hãy" in found[0].lower()
    people = Person.objects.count()
    with pytest.raises(Refusal):
        apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    assert Person.objects.count() == people


def test_several_problems_of_several_rows_are_all_listed(ward, at):
    batch = preview(
        ward,
        at,
        [
            person_row("CC001", start="31/02/2026", unit=""),
            person_row("CC002", kind="x"),
            person_row("CC003"),
        ],
    )
    assert {(r, c) for r, c, _ in messages(batch)} == {(2, "Từ ngày"), (2, "Mã đơn vị"), (3, "Đối tượng")}
    assert stored_counts(batch)["refused"] == 2


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (["Ma can bo", *HEADER[1:]], "Có phải “Mã cán bộ”"),
        ([*HEADER[:-1], "Ghi chú"], "Không có cột “Ghi chú”"),
        (HEADER[:7], "Thiếu cột “Từ ngày”"),
        ([*HEADER, "Mã cán bộ"], "hai lần"),
    ],
)
def test_a_wrong_header_is_told_by_column(ward, at, header, words):
    batch = preview(ward, at, [person_row("CC001")], header)
    assert batch.state == "refused"
    assert any(words in m for _, _, m in messages(batch))


def test_text_is_normalised_and_dates_are_read_in_every_accepted_form(ward, at):
    batch = preview(ward, at, [
        person_row(" CC001 ", "Nguye\u0302\u0303n\u00a0 Va\u0306n\u200b  Ð\u1ecbnh", start="01-08-2025"),
        person_row("CC002", "Trần Thị Bình", start="01082025"),
        person_row("CC003", "Lê Cường", start="1/8/2025"),
        person_row("CC004", "Phạm Dung", start=date(2025, 8, 1)),
    ])
    assert messages(batch) == []
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    assert Person.objects.get(code="CC001").full_name == "Nguyễn Văn Định"
    starts = Employment.objects.filter(person__code__in=["CC001", "CC002", "CC003", "CC004"])
    assert set(starts.values_list("start", flat=True)) == {date(2025, 8, 1)}


def test_an_officer_acts_only_within_the_own_units_and_a_stranger_sees_nothing(ward, at):
    with pytest.raises(NotYours):
        preview(ward, at, [person_row("CC001")], by=ward.stranger)
    with pytest.raises(NotYours):
        preview(ward, at, [person_row("CC001")], by=ward.employee)
    batch = preview(ward, at, [person_row("CC001")])
    with pytest.raises(NotYours):
        apply_import(by=ward.stranger, at=at, batch_id=batch.pk)
    assert not Person.objects.filter(code="CC001").exists()


def test_a_code_of_another_ward_with_another_name_is_refused_without_telling_the_name(ward, at):
    batch = preview(ward, at, [person_row("TC002", "Ai Đó")])
    ((_, column, message),) = messages(batch)
    assert column == "Họ và tên"
    assert "Đỗ Văn Hai" not in message
    assert preview(ward, at, [person_row("TC002", "Đỗ Văn Hai")]).state == "ready"


def test_when_the_data_moved_on_the_preview_no_longer_holds(ward, at):
    batch = preview(ward, at, [person_row("CC001"), person_row("CC002", "Lê Cường")])
    actions.create_person(by=None, at=at, unit_id=ward.units["P1-VP"].pk, code="CC001", full_name="Trần Văn "
        "Mới")
    with pytest.raises(Conflict) as refused:
        apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    assert "dòng 2" in refused.value.message
    assert not Person.objects.filter(code="CC002").exists()


def test_number_of_queries_does_not_depend_on_the_number_of_rows(ward, at, django_assert_max_num_queries):
    small = [person_row(f"A{i:04}", username=f"nguoi.a{i:04}") for i in range(3)]
    large = [person_row(f"B{i:04}", username=f"nguoi.b{i:04}") for i in range(400)]
    for rows in (small, large):
        with django_assert_max_num_queries(40):
            batch = preview(ward, at, rows)
        with django_assert_max_num_queries(51):
            apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    assert User.objects.filter(username__startswith="nguoi.").count() == 403


def test_roles_given_by_import_hold_from_the_stated_day(ward, at):
    batch = preview(ward, at, [[*person_row("CC001", username="an.nv", roles="cán bộ tổ chức; người giao "
        "việc",
                                            start="01/02/2026"), "P1"]], [*HEADER, "Phạm vi vai trò"])
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    user = User.objects.get(username="an.nv")
    assert {"manage_people", "assign_tasks"} <= set(permissions(user, date(2026, 2, 1)))
    assert "manage_people" not in permissions(user, date(2026, 1, 31))


def test_a_new_code_with_the_name_of_somebody_here_is_pointed_out_and_taken(ward, at):
    apply_import(by=ward.officer, at=at, batch_id=preview(ward, at, [person_row("CC001", "Nguyễn Văn Hòa")]).pk)
    batch = preview(ward, at, [person_row("CC001", "Nguyễn Văn Hòa"), person_row("CC901", "Nguyễn Văn Hoà")])
    (note,) = stored_warnings(batch)
    assert (note.row, "Nguyễn Văn Hòa (CC001)" in note.message, batch.state) == (3, True, "ready")
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    assert Person.objects.filter(code="CC901").exists(), "a name is no identity"
