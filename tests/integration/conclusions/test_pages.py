"""The pages of conclusions: the chain through forms, what was typed kept, who sees what, Excel."""

import pytest
from django.test import Client

from tests.factories import conclusions as world
from tests.factories.conclusions import MEMBER, WORDS
from tests.factories.rounds import AT, Ward
from tests.standing import standing
from thuocdo.conclusions.models import Assessment, Competence
from thuocdo.rounds import actions as rounds
from thuocdo.rounds.models import RoundSubject

pytestmark = pytest.mark.django_db
FIELDS = {f"fields.{name}": value for name, value in MEMBER.items()}
GOOD = FIELDS | {"fields.marks.results": "50", "fields.led.above": "0"}


@standing
def ward(db: None) -> Ward:
    ward = world.decided_ward()
    work = ward.subject("civil_servant", "Lê Phó Một")
    rounds.take_steps(round_id=ward.round.pk, steps=[("rate_work", work.pk)], on=world.DAY, place="",
                      number="1", body="Ủy ban", levels={work.pk: "good"}, by=ward.user("officer"), at=AT)  # fmt: skip
    return ward


def page_of(subject: RoundSubject) -> str:
    return f"/ket-luan/doi-tuong/{subject.pk}/"


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def signed_in(ward: Ward, name: str) -> Client:
    client = Client()
    client.force_login(ward.user(name))
    return client


def test_the_chain_through_the_pages(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    path = page_of(one)
    own, officer, chair = (signed_in(ward, name) for name in ("vice", "officer", "chair"))
    mine = {name: value for name, value in GOOD.items() if not name.startswith("fields.related.")}
    sent = mine | WORDS | {"do": "own", "version": "0", "level": "good"}
    wrong = own.post(path, sent | {"fields.marks.general": "31", "strengths": "Rất nhiều việc"})
    assert wrong.status_code == 400
    assert "Rất nhiều việc" in wrong.content.decode()
    assert own.post(path, sent).status_code == 302
    assert "Thẩm định và đề xuất" not in text(own, path)
    verified = GOOD | {"do": "verify", "version": "1", "comment": "Đúng", "group": "Chuyên viên", "level": ""}
    assert officer.post(path, verified | {"comment": ""}).status_code == 400
    assert officer.post(path, verified).status_code == 302
    assert "Đúng" not in text(own, path)
    shown = text(chair, path)
    assert "Vì sao? Từng quy tắc đã xét" in shown
    assert "Mức xếp loại công chức" in shown
    for label, key in (("Ưu điểm", "strengths"), ("Hạn chế, khuyết điểm", "defects")):
        assert f'<dt>{label}</dt><dd class="said">{WORDS[key]}</dd>' in shown, "what was said of oneself has its head"
    order = ('href="#phan-ghi"', "<h2>Thẩm định</h2>", 'id="phan-ghi"', "Vì sao? Từng quy tắc")
    assert sorted(order, key=shown.index) == list(order), "who decides reads first what was verified"
    decided = WORDS | {"do": "decide", "version": "2", "level": "", "number": "15-QĐ/ĐU", "on": "01/12/2025"}
    assert chair.post(path, decided | {"on": "32/12/2025"}).status_code == 400
    assert chair.post(path, decided).status_code == 302
    after = text(own, path)
    assert "15-QĐ/ĐU" in after
    assert "Hoàn thành tốt nhiệm vụ" in after
    assert chair.post(path, decided).status_code == 409
    assert officer.post(path, {"do": "order", "version": "3", "order_body": "Thành ủy", "order_number": "3",
                               "order_on": "01/12/2025", "order_reason": "Sai"}).status_code == 302  # fmt: skip


def test_like_posts_stand_beside_each_other_and_go_out_as_a_list(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    world.file_own(ward, one, "vice")
    world.verify(ward, one)
    chair = signed_in(ward, "chair")
    page = text(chair, f"/ket-luan/dot/{ward.round.pk}/?loai=party_member&nhom=Chuyên viên")
    assert "Số suất của nhóm" in page
    assert ">94<" in page
    own = text(signed_in(ward, "vice"), f"/ket-luan/dot/{ward.round.pk}/?loai=party_member")
    assert '<td data-label="Đề xuất" class="nil">–</td>' in own, "until it is decided, as on the own sheet"
    assert ">94<" not in own
    assert "Lê Phó Một" in text(chair, f"/ket-luan/dot/{ward.round.pk}/?tinh-trang=decide")
    filtered = text(chair, f"/ket-luan/dot/{ward.round.pk}/?tinh-trang=decide")
    assert f'href="/bang/assessments/{ward.round.pk}/tep.xlsx?tinh-trang=decide"' in filtered
    assert "Tải cả danh sách" in filtered
    assert "Tải phần đang lọc" not in text(chair, f"/ket-luan/dot/{ward.round.pk}/")
    assert "Năm 2025" in text(chair, "/ket-luan/")
    assert "1 hồ sơ chờ quyết định" in text(chair, "/")


def test_who_has_nothing_to_do_with_it_finds_nothing(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    outside = signed_in(ward, "outside")
    text(outside, page_of(one), 404)
    assert outside.post(page_of(one), {"do": "own", "version": "0"}).status_code == 404
    page = text(outside, f"/ket-luan/dot/{ward.round.pk}/")
    assert "Lê Phó Một" not in page
    table = f"/bang/assessments/{ward.round.pk}/"
    assert table not in page
    text(outside, f"{table}tep.xlsx", 404)
    assert table in text(signed_in(ward, "officer"), f"/ket-luan/dot/{ward.round.pk}/")
    assert (
        outside.post("/phan-cap/", {"do": "add", "unit": ward.units["place"].pk, "start": "01/12/2025"}).status_code
        == 404
    )
    assert Assessment.objects.count() == 0


def test_competences_are_dated_facts_that_follow_each_other(ward: Ward) -> None:
    officer = signed_in(ward, "officer")
    sent = {"do": "add", "unit": ward.units["place"].pk, "kind": "party_member", "role": "", "party_kind": "",
            "body": "Đảng ủy", "party": ward.party["ward"].pk, "verifier": "Ban XDĐ", "basis": "QĐ 9",
            "start": "01/12/2025"}  # fmt: skip
    assert officer.post("/phan-cap/", sent | {"basis": ""}).status_code == 400
    assert officer.post("/phan-cap/", sent).status_code == 302
    first, second = Competence.objects.filter(kind="party_member").order_by("start")
    assert first.end == second.start
    assert officer.post("/phan-cap/", sent).status_code == 409
    wrong = officer.post("/phan-cap/", {"do": "end", "competence": second.pk, f"last-{second.pk}": "31/13/2025"})
    shown = wrong.content.decode()
    assert (wrong.status_code, "<details open><summary>Kết thúc" in shown) == (400, True)
    assert 'value="31/13/2025"' in shown, "what was typed stays"
    assert (
        officer.post(
            "/phan-cap/", {"do": "end", "competence": second.pk, f"last-{second.pk}": "31/12/2025"}
        ).status_code
        == 302
    )
    assert "QĐ 9" not in text(officer, "/phan-cap/")
