"""The pages of a round: what everybody sees, and the forms with what was typed kept."""

import pytest
from django.test import Client

from tests.factories import rounds as world
from tests.factories.people import give_role, make_person, make_unit
from tests.factories.rounds import Ward
from tests.standing import standing
from thuocdo.organisation.models import Role
from thuocdo.rounds.models import Round, RoundSubject, StepDone

pytestmark = pytest.mark.django_db


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
