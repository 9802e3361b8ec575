"""The pages of a ballot on paper, without a script: from the first page to the result, each fault at its input."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from tests.integration.ballots.conftest import AT, LOCAL, World, frozen, issued_in, prepared, typed_count
from thuocdo.accounts.models import UnsentText
from thuocdo.ballots.models import Ballot
from thuocdo.engine.facts import Case
from thuocdo.engine.rating import rate_case
from thuocdo.organisation.models import Person
from thuocdo.rulesets.catalogue import load_any

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("preparing", "meeting", "counting", "papers"):
        monkeypatch.setattr(f"thuocdo.web.ballots.{place}.now", lambda: AT)
    monkeypatch.setattr("thuocdo.web.ballots.preparing.today", AT.date)
    monkeypatch.setattr("thuocdo.web.access.now", lambda: AT)


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)  # type: ignore[arg-type]
    return client


LINE = {"valid": "6", "invalid": "0", "o1": "3", "o2": "3"}
TIED = {"returned": "6", "unreturned": "0", "valid": "6", "invalid": "0"} | {
    f"l{place}.{name}": value for place in (1, 2) for name, value in LINE.items()
}


@pytest.fixture
def counted(world: World) -> Ballot:
    """Six slips of a single choice between two are handed out."""
    return issued_in(world, typed=LOCAL, kind="confidence_vote")


def words(response: Any) -> str:
    return str(response.content.decode())


def test_a_ballot_is_prepared_on_the_pages_and_all_faults_are_told_at_once(world: World) -> None:
    head, c = as_(world.cast.head), world.cast
    desk = words(head.get("/bo-phieu/"))
    assert f'value="d{c.economy.pk}"' in desk
    asked = {"cua": f"d{c.economy.pk}", "kind": "confidence_levels", "held_on": "02/03/2026"}
    page = words(head.get("/bo-phieu/lap/", asked))
    assert "người bỏ phiếu có thể ký hoặc không ký tên" in page
    assert "lời văn về bỏ phiếu kín chưa đọc được" in page
    wrong = head.post("/bo-phieu/lap/", asked | {"do": "save", "title": "Giữ nguyên"})
    assert wrong.status_code == 400
    assert "Có 9 chỗ cần sửa" in words(wrong)
    assert 'value="Giữ nguyên"' in words(wrong)
    made = head.post("/bo-phieu/lap/", asked | LOCAL | {"do": "save"})
    one = Ballot.objects.get()
    assert made["Location"] == f"/bo-phieu/{one.pk}/danh-sach/"
    by_text = asked | LOCAL | {"do": "texts", "text": "votes/qd-96-2023#vote"}
    for typed, said in ((LOCAL, False), (by_text, True)):
        page = words(head.post("/bo-phieu/lap/", asked | {"do": "texts"} | typed))
        assert ("Mỗi dòng đánh dấu đúng 1 ô" in page, "Chọn nhiều nhất" in page) == (said, not said)
    page = words(head.get(made["Location"]))
    assert "nghỉ thai sản" in page
    assert "được bầu, bổ nhiệm trong năm lấy phiếu" in page
    sent: dict[str, Any] = {
        "version": one.version, "voters": [p.pk for p in world.voters], "lines": [f"p{c.deputy.pk}"],
        "tellers": [p.pk for p in world.tellers], "chair": c.team_head.pk,
    }  # fmt: skip
    again = head.post(made["Location"], sent | {"vno-1": ""})
    assert again.status_code == 400
    assert "trưởng ban" in words(again)
    assert words(again).count(" checked") == len(world.voters) + len(world.tellers) + 2
    sent |= {"head": world.tellers[0].pk}
    forgotten = words(head.post(made["Location"], sent | {f"vno-{c.colleague.pk}": "giữ nguyên"}))
    assert f"Chưa rõ 1 người có bỏ phiếu không: {c.on_maternity.full_name}" in forgotten
    assert forgotten.count("Đánh dấu bỏ phiếu hoặc ghi lý do</span>") == 1
    assert 'value="giữ nguyên"' in forgotten
    assert not one.electors.exists()
    head.post(made["Location"], sent | {f"vno-{c.on_maternity.pk}": "nghỉ thai sản"})
    one.refresh_from_db()
    assert head.post(f"/bo-phieu/{one.pk}/", {"do": "freeze", "version": one.version}).status_code == 302
    one.refresh_from_db()
    assert one.fingerprint in words(as_(c.team_member).get(f"/bo-phieu/{one.pk}/"))


def test_strangers_find_nothing_and_a_draft_is_its_organisers_alone(world: World) -> None:
    one, stranger, voter = prepared(world), as_(world.cast.stranger), as_(world.cast.team_member)
    for path in ("", "noi-dung/", "danh-sach/", "kiem-phieu/", "phieu.pdf", "bien-ban.pdf", "du-kien.json"):
        assert stranger.get(f"/bo-phieu/{one.pk}/{path}").status_code == 404
        assert voter.get(f"/bo-phieu/{one.pk}/{path}").status_code == 404
    assert stranger.get(f"/bo-phieu/lap/?cua=d{world.cast.economy.pk}").status_code == 404
    assert stranger.get("/bo-phieu/").status_code == 200


def test_the_meeting_on_the_pages(world: World) -> None:
    one = frozen(world)
    first, second, third = (as_(person) for person in world.tellers)
    path = f"/bo-phieu/{one.pk}/"
    slips = first.get(f"{path}phieu.pdf")
    assert (slips.status_code, slips["Content-Type"]) == (200, "application/pdf")
    assert 'name="do"' not in words(as_(world.cast.team_member).get(path)), "nothing to press for who only votes"
    electors = [str(row.pk) for row in one.electors.filter(left_out="")]
    few = first.post(path, {"do": "call", "version": one.version, "present": electors[:2]})
    assert few.status_code == 400
    assert "chưa đủ 2/3" in words(few)
    assert words(few).count('name="present"') == 7
    first.post(path, {"do": "call", "version": one.version, "present": electors[:6]})
    assert first.post(path, {"do": "issue", "version": one.version + 1, "issued": "6"}).status_code == 302
    bad = first.post(f"{path}kiem-phieu/", typed_count(returned="5"))
    assert bad.status_code == 400
    assert "phải cộng bằng số phiếu phát ra 6" in words(bad)
    first.post(f"{path}kiem-phieu/", typed_count(low=2))
    assert 'value="5"' not in words(second.get(f"{path}kiem-phieu/")), "nothing of the first entry"
    second.post(f"{path}kiem-phieu/", typed_count(low=3))
    settle = words(third.get(f"{path}kiem-phieu/"))
    assert "Bản thứ nhất" in settle
    assert settle.count('value=""') == 2, "where they differ nothing is filled in"
    assert third.post(f"{path}kiem-phieu/", typed_count(low=3)).status_code == 400
    third.post(f"{path}kiem-phieu/", typed_count(low=3) | {"reason": "đếm lại"})
    minutes = first.get(f"{path}bien-ban.pdf")
    assert minutes.status_code == 200
    one.refresh_from_db()
    scan = SimpleUploadedFile("bb.pdf", b"%PDF-1.7")
    first.post(path, {"do": "scan", "version": one.version, "file": scan})
    assert first.get(f"{path}du-kien.json").status_code == 409
    key = one.minutes.get().scans.get().pk
    assert first.get(f"{path}ban-chup/{key}/").content == b"%PDF-1.7"
    second.post(path, {"do": "confirm", "version": one.version + 1, "scan": key, "same": "1"})
    chair = as_(world.cast.team_head)
    chair.post(path, {"do": "finish", "version": one.version + 2})
    shown = words(as_(world.cast.team_member).get(path))
    assert "50,00 % số phiếu thu về (3/6)" in shown
    assert "Không phát sinh hệ quả" in shown
    assert as_(world.cast.team_member).get(f"{path}bien-ban.pdf").status_code == 404
    facts = json.loads(first.get(f"{path}du-kien.json").content)
    assert facts["subjects"][0]["votes"]["low"] == 3
    assert [one["leadership"] for one in facts["subjects"]] == ["head", "deputy"], "as of the day of the vote"
    assert rate_case(load_any("votes/qd-96-2023"), Case.model_validate(facts)).outcomes
    assert one.minutes.get().digest in facts["note"]


@pytest.mark.parametrize(
    ("typed", "words_"), [
        ({"returned": "7", "l1.o1": "7"}, "Thu về 7 nhiều hơn phát ra 6. Hãy đếm lại."),
        ({"returned": "６"}, "“６” không phải số phiếu"),
        ({"returned": "1.000"}, "“1.000” không phải số phiếu"),
        ({"invalid": ""}, "Số phiếu không hợp lệ: chưa nhập. Không có phiếu nào thì ghi 0."),
        ({"l1.o1": "4"}, "các lựa chọn cộng lại là 7, phải bằng 6"),
        ({"l2.valid": "5", "l2.o1": "2"}, "hợp lệ 5 và không hợp lệ 0 phải cộng bằng 6 thu về"),
        ({"valid": "5", "invalid": "1"}, "dòng hợp lệ (6) nhiều hơn phiếu hợp lệ (5)"),
    ], ids=["more slips than handed out", "full width", "dot", "left out", "option", "line", "slip below line"],
)  # fmt: skip
def test_odd_counts_are_refused_in_words_and_what_was_typed_stays(
    counted: Ballot, world: World, typed: dict[str, str], words_: str
) -> None:
    teller, given = as_(world.tellers[0]), TIED | typed
    answer = teller.post(f"/bo-phieu/{counted.pk}/kiem-phieu/", given)
    assert answer.status_code == 400
    assert words_ in words(answer)
    for name, value in given.items():
        assert f'name="{name}"' in words(answer)
        assert f'value="{value}"' in words(answer)
    assert not counted.entries.exists()


def test_a_tie_is_told_and_chooses_nothing_and_no_slip_back_is_a_count(counted: Ballot, world: World) -> None:
    first, second = (as_(person) for person in world.tellers[:2])
    path = f"/bo-phieu/{counted.pk}/"
    nothing = dict.fromkeys(TIED, "0") | {"unreturned": "6"}
    for typed, said in ((nothing, "số phiếu thu về bằng 0"), (TIED, "bằng phiếu nhau")):
        with transaction.atomic():
            for teller in (first, second):
                assert teller.post(f"{path}kiem-phieu/", typed).status_code == 302
            shown = words(first.get(path))
            assert said in shown
            assert ("bằng phiếu nhau ở “Đồng ý”, “Không đồng ý”" in shown) == (typed is TIED)
            assert first.get(f"{path}bien-ban.pdf").status_code == 200
            transaction.set_rollback(True)


def test_papers_carry_the_fingerprint_and_no_voter(world: World, tmp_path: Any) -> None:
    one = frozen(world)
    for name, person in (("phieu", world.cast.head), ("phieu-kiem", world.tellers[0])):
        content = as_(person).get(f"/bo-phieu/{one.pk}/{name}.pdf").content
        (tmp_path / name).write_bytes(content)
        text = "".join(page.extract_text() for page in PdfReader(tmp_path / name).pages)
        assert one.fingerprint in text
        assert "Lê Minh Đức" in text
        assert "Đỗ Thị Lan" not in text
    assert as_(world.cast.team_member).get(f"/bo-phieu/{one.pk}/phieu.pdf").status_code == 404


def test_to_do_names_the_next_step_for_whoever_takes_it(world: World) -> None:
    one = frozen(world)
    teller, voter = as_(world.tellers[1]), as_(world.cast.team_member)
    assert "Điểm danh: Lấy phiếu tín nhiệm" in words(teller.get("/"))
    assert f"/bo-phieu/{one.pk}/" not in words(voter.get("/"))


def test_a_big_cell_is_ticked_at_once_but_for_whom_something_is_remarked(world: World) -> None:
    one, head = prepared(world), as_(world.cast.head)
    page, c = f"/bo-phieu/{one.pk}/danh-sach/", world.cast
    assert " checked" not in words(head.get(page))
    shown = words(head.get(f"{page}?chon=tat-ca"))
    assert f'name="voters" value="{c.colleague.pk}" aria-label="{c.colleague.full_name} bỏ phiếu" checked' in shown
    assert f'value="{c.on_maternity.pk}" aria-label="{c.on_maternity.full_name} bỏ phiếu">' in shown, "she is away"
    one = frozen(world)
    roll = words(as_(world.tellers[0]).get(f"/bo-phieu/{one.pk}/?chon=tat-ca"))
    assert roll.count('name="present"') == roll.count(" checked") == len(world.voters)


def test_what_a_teller_types_is_kept_until_it_is_sent(issued: Ballot, world: World) -> None:
    teller, page = as_(world.tellers[0]), f"/bo-phieu/{issued.pk}/kiem-phieu/"
    place = f"kiem-phieu/{issued.pk}/1"
    kept = {"place": place, "values": '{"returned": "6"}'}
    assert teller.post(reverse("keep_typed"), kept).status_code == 200
    assert "&quot;returned&quot;" in words(teller.get(page))
    assert "&quot;returned&quot;" not in words(as_(world.tellers[1]).get(page)), "nobody else sees it"
    teller.post(page, typed_count() | {"typed_place": place})
    assert issued.entries.count() == 1
    assert not UnsentText.objects.filter(user=world.tellers[0].user, place=place).exclude(typed="").exists()
