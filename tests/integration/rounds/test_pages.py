"""The pages of a round: what everybody sees, and the forms with what was typed kept."""

from datetime import date, datetime, timezone

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import rounds as world
from tests.factories.party import join, stand
from tests.factories.people import give_role, make_person, make_unit
from tests.factories.rounds import Ward
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.organisation.models import Employment, Role
from thuocdo.rounds.models import Round, RoundSubject, StepDone
from thuocdo.rounds.rechecking import recheck

pytestmark = pytest.mark.django_db
LATER = datetime(2025, 12, 21, 2, 0, tzinfo=timezone.utc)


@standing
def ward(db: None) -> Ward:
    return world.open_ward()


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_the_picture_counts_what_is_done_and_says_what_waits_with_articles(ward: Ward, client: Client) -> None:
    client.force_login(ward.user("officer"))
    page = text(client, f"/dot-xep-loai/{ward.round.pk}/")
    assert "xong 0/8, 8 làm được" in page
    assert "Điều 12 khoản 2 Quy định 366-QĐ/TW" in page
    cell = ward.subject("party_organisation", "Chi bộ Kinh tế")
    assert "Chi bộ Kinh tế: bước nào chờ bước nào" in text(client, f"/dot-xep-loai/{ward.round.pk}/?tc={cell.pk}")
    listed = text(client, f"/dot-xep-loai/{ward.round.pk}/doi-tuong/?loai=party_organisation")
    folded = f'bước còn phải chờ<span class="hidden-visually"> của {cell.name}</span></summary>'
    assert folded in listed, "what waits is folded"
    asked = text(client, f"/dot-xep-loai/{ward.round.pk}/doi-tuong/?buoc=rate_member&loai=party_member")
    assert "Xếp loại đảng viên" in asked.partition("<details>")[0], "but for the step that the list is about"


def test_one_person_sees_the_own_steps_and_nothing_of_others(ward: Ward, client: Client) -> None:
    client.force_login(ward.user("outside"))
    page = text(client, f"/dot-xep-loai/{ward.round.pk}/viec/")
    assert "Xếp loại công chức" in page
    assert "Trần Chủ Tịch" not in page
    member = ward.subject("party_member", "Lê Phó Một")
    text(client, f"/dot-xep-loai/{ward.round.pk}/doi-tuong/{member.pk}/", 404)
    assert "Lê Phó Một" not in text(client, f"/dot-xep-loai/{ward.round.pk}/doi-tuong/")


def test_a_meeting_is_recorded_for_several_and_faults_keep_what_was_typed(ward: Ward, client: Client) -> None:
    client.force_login(ward.user("chief"))
    path = f"/dot-xep-loai/{ward.round.pk}/viec/?buoc=review_in_cell"
    steps = [f"review_in_cell:{ward.subject('party_member', name).pk}" for name in ("Lê Phó Một", "Phạm Phó Hai")]
    wrong = client.post(path, {"step": steps, "on": "31/02/2025", "place": "Phòng họp 2"})
    assert wrong.status_code == 400
    assert 'value="Phòng họp 2"' in wrong.content.decode()
    assert client.post(path, {"step": steps, "on": "01/12/2025", "place": "Phòng họp 2"}).status_code == 302
    assert StepDone.objects.filter(place="Phòng họp 2").count() == 2
    early = client.post(path, {"step": f"rate_member:{steps[0].partition(':')[2]}", "on": "01/12/2025"})
    assert early.status_code == 409
    assert "Điều 3 khoản 4" in early.content.decode()


def test_an_officer_plans_previews_and_opens_and_another_places_officer_finds_nothing(
    ward: Ward, client: Client
) -> None:
    client.force_login(ward.user("officer"))
    sent = {
        "organisation": ward.party["ward"].pk,
        "year": "2026",
        "rating_date": "20/12/2026",
        "basis": "KH 2",
        "leaderships": "every",
        "seats": "leading",
    }
    assert client.post("/dot-xep-loai/lap/", sent | {"basis": "", "year": "hai"}).status_code == 400
    assert client.post("/dot-xep-loai/lap/", sent | {"do": "save"}).status_code == 302
    planned = Round.objects.get(year=2026)
    plan = f"/dot-xep-loai/{planned.pk}/ke-hoach/"
    assert "Đảng viên được miễn công tác" in text(client, f"{plan}?xem=1")
    stranger = make_person("X9", "Lò Nơi Khác", make_unit("X", "Nơi khác"))
    give_role(stranger, make_unit("XP", "Phường khác"), Role.Kind.OFFICER)
    other = Client()
    other.force_login(stranger.user)  # type: ignore[arg-type]
    assert other.post("/dot-xep-loai/lap/", sent | {"year": "2027", "do": "save"}).status_code == 404
    assert other.post(plan, {"do": "open", "version": "1"}).status_code == 404
    assert client.post(plan, {"do": "open", "version": "1"}).status_code == 302
    assert RoundSubject.objects.filter(round=planned).exists()


def test_deciding_and_taking_back_from_the_page_of_one_subject(ward: Ward, client: Client) -> None:
    client.force_login(ward.user("officer"))
    office = ward.subject("collective", "Tập thể lãnh đạo Văn phòng")
    path = f"/dot-xep-loai/{ward.round.pk}/doi-tuong/{office.pk}/"
    assert "dưới 03" in text(client, path)
    assert client.post(path, {"do": "decide", "standing": "in", "reason": "", "cite": "x"}).status_code == 400
    decided = {"do": "decide", "standing": "in", "reason": "Họp riêng", "cite": "QĐ 3"}
    assert client.post(path, decided).status_code == 302
    assert client.post(path, {"step": f"review_collective:{office.pk}", "on": "01/12/2025"}).status_code == 302
    step = StepDone.objects.get()
    assert client.post(path, {"do": "undo", "taken": step.pk, "undo_reason": "Ghi nhầm"}).status_code == 302
    assert StepDone.objects.filter(undoes=step).count() == 1


def test_two_years_side_by_side_say_which_order_only_one_states(ward: Ward, client: Client) -> None:
    client.force_login(ward.user("outside"))
    page = text(client, f"/dot-xep-loai/so-sanh/?a=20/12/2018&qc-a=overlays/hoa-binh-2018&dot={ward.round.pk}")
    assert "Đảng viên xếp loại trước, cán bộ lãnh đạo xếp loại sau" in page
    assert "văn bản đã đọc không nêu" in page
    assert "Kế hoạch số 183-KH/TU" in page
    assert client.get("/dot-xep-loai/so-sanh/?a=khong&b=20/12/2025").status_code == 400


def test_each_step_leads_to_where_it_is_done_and_each_of_those_pages_back(ward: Ward, client: Client) -> None:
    client.force_login(ward.user("officer"))
    member = ward.subject("party_member", "Lê Phó Một")
    own = f"/dot-xep-loai/{ward.round.pk}/doi-tuong/{member.pk}/"
    rooms = [f"/kiem-diem/ban/{member.pk}/", f"/y-kien/ve/{member.pk}/", f"/ket-luan/doi-tuong/{member.pk}/"]
    page = text(client, own)
    for path in rooms:
        assert f'href="{path}"' in page
        other = text(client, path)
        assert f'href="{own}"' in other
        assert all(f'href="{one}"' in other for one in rooms if one != path)
    assert "chưa gửi bản kiểm điểm" in text(client, rooms[0])
    client.force_login(ward.user("vice"))
    page = text(client, own)
    assert f'href="{rooms[1]}"' not in page, "what was said of oneself is read on the page of opinions"
    assert f'href="{rooms[2]}"' in page


def test_a_colleague_of_the_cell_reads_the_report_without_links_that_refuse(ward: Ward, client: Client) -> None:
    client.force_login(ward.user("vice2"))
    page = text(client, f"/kiem-diem/ban/{ward.subject('party_member', 'Đỗ Tổ Chức').pk}/")
    assert f"/dot-xep-loai/{ward.round.pk}/doi-tuong/" not in page


def test_one_step_is_recorded_for_the_whole_page_with_a_level_and_a_row_may_differ(ward: Ward, client: Client) -> None:
    client.force_login(ward.user("officer"))
    path = f"/dot-xep-loai/{ward.round.pk}/viec/?buoc=rate_work"
    page = text(client, path)
    assert all(words in page for words in ("Mức chung", "nhận bước “Xếp loại", "Mức riêng"))
    early = text(client, path.replace("rate_work", "rate_member"))
    assert "Phải chờ" in early
    assert "Mức riêng" not in early, "no level is asked of whom the step cannot be ticked"
    rows = RoundSubject.objects.filter(round=ward.round, kind="civil_servant").exclude(person=ward.people["officer"])
    chair = ward.subject("civil_servant", "Trần Chủ Tịch")
    sent = {"shown": [f"rate_work:{one.pk}" for one in rows], "all": "1", "on": "01/12/2025", "level": "good",
            "number": "12", "body": "Chủ tịch Ủy ban"}  # fmt: skip
    wrong = client.post(path, sent | {f"level-{chair.pk}": "rất tốt"})
    assert wrong.status_code == 400
    assert "Hoàn thành xuất sắc nhiệm vụ" in wrong.content.decode()
    assert client.post(path, sent | {f"level-{chair.pk}": "excellent"}).status_code == 302
    made = StepDone.objects.filter(node="rate_work")
    assert made.count() == rows.count()
    assert made.get(subject=chair).level == "excellent"
    assert set(made.exclude(subject=chair).values_list("level", flat=True)) == {"good"}


def test_two_rounds_of_one_organisation_are_compared_with_what_came_of_them(ward: Ward, client: Client) -> None:
    first = ward.round
    world.plan(ward, year=2026, rating_date=date(2026, 12, 20))
    client.force_login(ward.user("officer"))
    client.post(f"/dot-xep-loai/{ward.round.pk}/ke-hoach/", {"do": "open", "version": "1"})
    page = text(client, f"/dot-xep-loai/so-sanh/?dot={first.pk}")
    assert "Kết quả của hai đợt" in page
    assert page.index("Đợt năm 2025, Đảng bộ Phường Một</th>") < page.index("Đợt năm 2026, Đảng bộ Phường Một</th>")
    assert "không vượt quá 20%" in page
    assert "Mọi chỗ khác nhau" not in page, "both are rated by the same rules"
    page = text(client, f"/dot-xep-loai/so-sanh/?a=20/12/2018&qc-a=overlays/hoa-binh-2018&dot={first.pk}")
    assert "a=party%2Fqd-132-2018%2Boverlays%2Fhoa-binh-2018&amp;b=party%2Fqd-366-2025" in page
    assert "Chi bộ không hoàn thành xuất sắc thì bí thư" in page
    stranger = Client()
    stranger.force_login(make_person("X8", "Lò Khách", make_unit("X7", "Nơi khác")).user)  # type: ignore[arg-type]
    assert "Kết quả của hai đợt" not in text(stranger, f"/dot-xep-loai/so-sanh/?dot={first.pk}")


def test_the_list_is_compared_with_today_and_who_came_is_taken_in(ward: Ward, client: Client) -> None:
    client.force_login(ward.user("officer"))
    path = f"/dot-xep-loai/{ward.round.pk}/ra-lai/"
    assert "Danh sách đúng với dữ kiện hiện nay" in text(client, path)
    with CaptureQueriesContext(connection) as few:
        text(client, path)
    late = make_person("B1", "Mạc Đến Sau", ward.units["economy"], "Chuyên viên", start=date(2025, 12, 5))
    join(late, ward.party["economy"], start=date(2025, 12, 5))
    stand(ward.people["vice2"], "suspended", start=date(2025, 12, 5))
    with outside_actions():
        Employment.objects.filter(person=ward.people["outside"]).update(end=date(2025, 12, 3))
        Employment.objects.filter(person=ward.people["vice"]).update(leadership="head")
    with CaptureQueriesContext(connection) as many:
        page = text(client, path)
    assert len(few) == len(many) <= 26
    promoted = page[page.index("Chức vụ lãnh đạo, quản lý đã đổi") :]
    assert "Tập thể lãnh đạo Ủy ban nhân dân Phường Một" in promoted.partition("</ul>")[0], "as leader, too"
    assert page.index("Mạc Đến Sau") < page.index("Phạm Phó Hai") < page.index("Hồ Ngoài Đảng")
    assert client.post(path, {}).status_code == 400
    assert client.post(path, {"key": ["dang-vien/999999"]}).status_code == 404
    sent = {"key": [f"dang-vien/{late.pk}", f"can-bo/{late.pk}"]}
    assert [client.post(path, sent).status_code for _ in range(2)] == [302, 302]
    member = ward.subject("party_member", "Mạc Đến Sau")
    assert (member.standing, member.organisation) == ("in", ward.subject("party_organisation", "Chi bộ Kinh tế"))
    assert "Mạc Đến Sau" not in text(client, path)
    assert [p.message for p in verify().problems if p.kind.startswith("rounds.")] == []
    client.force_login(ward.user("chief"))
    assert client.post(path, sent).status_code == 403


def test_a_large_round_is_compared_part_by_part_and_by_party_organisation(
    ward: Ward, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thuocdo.rounds.rechecking.PAGE", 3)
    client.force_login(ward.user("officer"))
    path = f"/dot-xep-loai/{ward.round.pk}/ra-lai/"
    late = make_person("B1", "Mạc Đến Sau", ward.units["economy"], "Chuyên viên", start=date(2025, 12, 5))
    join(late, ward.party["economy"], start=date(2025, 12, 5))
    with outside_actions():
        Employment.objects.filter(person=ward.people["outside"]).update(end=date(2025, 12, 3))
    seen, after = [], -1
    while True:
        found = recheck(ward.user("officer"), ward.round.pk, LATER, after=after)
        seen += [one.name for one in found.came] + [f"-{row.name}" for row in found.gone]
        assert not found.changed
        if found.later is None:
            break
        after = found.later
    assert sorted(seen) == ["-Hồ Ngoài Đảng", "Mạc Đến Sau", "Mạc Đến Sau"]
    assert "Còn nữa" in text(client, path)
    cell = recheck(ward.user("officer"), ward.round.pk, LATER, organisation=ward.party["office"].pk)
    assert (cell.came, cell.gone, cell.posted) == ([], [], [])
    with outside_actions():
        Employment.objects.filter(person=ward.people["vice2"]).update(leadership="head")
    monkeypatch.setattr("thuocdo.rounds.rechecking.PAGE", 50)
    posted = {change.row.kind: change for change in recheck(ward.user("officer"), ward.round.pk, LATER).posted}
    assert {"party_member", "leader"} <= posted.keys()
    one = posted["party_member"]
    assert (one.row, one.row.role, one.now.role) == (ward.subject("party_member", "Phạm Phó Hai"), "deputy", "head")
    shown = text(client, path)
    assert "Chức vụ lãnh đạo, quản lý đã đổi" in shown
    assert "cấp phó → người đứng đầu" in shown
    page = f"{path}?tc={ward.party['economy'].pk}"
    here = recheck(ward.user("officer"), ward.round.pk, LATER, organisation=ward.party["economy"].pk, after=late.pk - 1)
    assert {one.key for one in here.came} == {f"dang-vien/{late.pk}", f"can-bo/{late.pk}"}
    assert client.post(page, {"key": [one.key for one in here.came]}).status_code == 302
    assert RoundSubject.objects.filter(round=ward.round, person=late).count() == 2


def test_an_inspector_leaves_a_trace_and_who_keeps_the_record_none(ward: Ward, client: Client) -> None:
    looks = Event.objects.filter(code="round.subject_viewed")
    member = ward.subject("party_member", "Lê Phó Một")
    path = f"/dot-xep-loai/{ward.round.pk}/doi-tuong/{member.pk}/"
    for name in ("officer", "chief", "vice"):
        client.force_login(ward.user(name))
        text(client, path)
    assert not looks.exists()
    inspector = make_person("K1", "Kiều Kiểm Tra", ward.units["office"], "Chuyên viên")
    give_role(inspector, ward.units["place"], Role.Kind.INSPECTOR)
    client.force_login(inspector.user)  # type: ignore[arg-type]
    for _ in range(2):
        assert "Hủy một bước" not in text(client, path)
    assert looks.get().actor == str(inspector.user_id)


def test_a_small_collective_may_join_one_of_its_kind(ward: Ward, client: Client) -> None:
    client.force_login(ward.user("officer"))
    office = ward.subject("collective", "Tập thể lãnh đạo Văn phòng")
    page = text(client, f"/dot-xep-loai/{ward.round.pk}/doi-tuong/{office.pk}/")
    choices = page.split('id="with"')[1].split("</select>")[0]
    assert "Tập thể lãnh đạo Ủy ban nhân dân Phường Một" in choices
    assert "Chi ủy Chi bộ Văn phòng" in choices
