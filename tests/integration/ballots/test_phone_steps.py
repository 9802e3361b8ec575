"""The committee's steps on a ballot on phones, and what is refused; goals B4 and B10."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape
from pypdf import PdfReader

from tests.factories import phones as room
from tests.factories.people import make_person
from tests.factories.phones import AT, Phone
from tests.guards import outside_actions
from tests.house.sources import ROOT, SRC
from tests.standing import standing
from tests.unit.ballots import making
from thuocdo.audit.verify import verify
from thuocdo.ballots import about, actions, rules
from thuocdo.ballots.actions import phones, tokens
from thuocdo.ballots.casting import batches
from thuocdo.ballots.casting.store import close
from thuocdo.ballots.lpk1 import board, signing, tool, verifier
from thuocdo.ballots.models import Ballot, Elector
from thuocdo.ballots.phones.models import Cast, TokenRequest
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.models import Person
from thuocdo.organisation.waiting import todo


@standing
def six(db: None) -> room.Meeting:
    """Six voters and a frozen ballot."""
    return room.meeting(6)


@standing
def closed(db: None) -> room.Meeting:
    """Five casts, closed."""
    voters = room.casting(room.meeting(5))
    one = voters[0].of
    batches.insert(one.ballot.pk, [voter.row([[n % 3]]) for n, voter in enumerate(voters)])
    phones.begin_closing(**one.by())
    assert close(one.ballot.pk, []) == rules.CLOSED
    return one


def test_keys_of_another_ballot_or_fingerprint_are_refused(six: room.Meeting) -> None:
    good = json.loads(room.keys_message(six))
    for wrong in (
        good | {"fingerprint": "0000-0000-0000"}, good | {"keys_fingerprint": "0000-0000-0000"},
        good | {"kind": "casts"},
        good | {"keys": making.keys() | {"sign": "f" * 766}}, good | {"keys": {}}, [], "[" * 90000, "1.5",
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            phones.take_keys(**six.by(text=wrong if isinstance(wrong, str) else json.dumps(wrong)))
        assert refused.value.field == "keys"
    assert six.ballot.state == rules.FROZEN
    with pytest.raises(NotYours):
        phones.take_keys(**six.by(text=json.dumps(good), by=six.voters[0].user))
    with pytest.raises(Conflict):
        phones.take_keys(**six.by(text=json.dumps(good), version=99))
    assert phones.take_keys(**six.by(text=json.dumps(good))).keys == making.keys()


def test_below_quorum_nothing_is_given_out(six: room.Meeting) -> None:
    phones.take_keys(**six.by(text=room.keys_message(six)))
    keys = list(Elector.objects.filter(ballot__code=six.code).values_list("key", flat=True))
    with pytest.raises(Refusal, match="Có mặt 1/6"):
        phones.start_issuing(**six.by(present=keys[:1]))
    with pytest.raises(Refusal, match="không thuộc danh sách"):
        phones.start_issuing(**six.by(present=[*keys, "khac"]))
    with pytest.raises(Refusal, match=r"Có mặt 4 người\. Dưới 5 phiếu"):
        phones.start_issuing(**six.by(present=keys[:4]))
    assert phones.start_issuing(**six.by(present=keys[:5])).present == 5


def test_one_token_for_each_who_is_present(six: room.Meeting) -> None:
    room.issuing(six, absent=1)
    here, *others, absent = (Phone(six, voter) for voter in six.voters)
    here.ask()
    here.ask()
    asking: dict[str, Any] = {"ballot_id": six.ballot.pk, "at": AT}
    with pytest.raises(Conflict, match="Mỗi người một phiếu"):
        tokens.ask_token(blinded="1" * 768, by=here.voter.user, **asking)
    with pytest.raises(Conflict, match="chưa được điểm danh"):
        absent.ask()
    with pytest.raises(NotYours):
        tokens.ask_token(blinded="1" * 768, by=six.tellers[0].user, **asking)
    with pytest.raises(Refusal, match="không đúng dạng"):
        tokens.ask_token(blinded="f" * 768, by=six.voters[1].user, **asking)
    with pytest.raises(Conflict, match="Còn 1 yêu cầu chưa ký"):
        phones.end_issuing(**six.by())
    wrong = json.loads(room.signatures(six))
    wrong["signatures"][0]["blind_signature"] = "2" * 768
    for text in (json.dumps(wrong), json.dumps(wrong | {"signatures": [{"id": 1}]})):
        with pytest.raises(Refusal) as refused:
            tokens.sign_tokens(text=text, by=six.tellers[0].user, **asking)
        assert refused.value.field == "signatures"
    assert not TokenRequest.objects.exclude(blind_signature="").exists()
    assert tokens.sign_tokens(text=room.signatures(six), by=six.tellers[0].user, **asking) == 1
    with pytest.raises(Conflict, match=r"Mới phát 1 phiếu\. Dưới 5 phiếu"):
        phones.end_issuing(**six.by())
    for phone in others:
        phone.ask()
    tokens.sign_tokens(text=room.signatures(six), by=six.tellers[0].user, **asking)
    assert phones.end_issuing(**six.by()).issued == 5
    with pytest.raises(Conflict):
        Phone(six, six.voters[5]).ask()


def test_a_look_of_a_waiting_phone_is_one_query_beside_session_and_user(
    six: room.Meeting, client: Client, django_assert_num_queries: Any
) -> None:
    room.issuing(six, absent=1)
    Phone(six, six.voters[0]).ask()
    address = f"/bo-phieu/dien-thoai/{six.ballot.pk}/phieu-cua-toi/"
    for voter, present, asked in (
        (six.voters[0], True, True),
        (six.voters[1], True, False),
        (six.voters[5], False, False),
    ):
        client.force_login(voter.user)  # type: ignore[arg-type]
        client.get("/")
        with django_assert_num_queries(3):
            found = client.get(address).json()
        assert (found["state"], found["mode"], found["keys"]) == ("issuing", "phone", making.keys())
        assert (found["present"], bool(found["asked"]), found["blind_signature"]) == (present, asked, "")


def test_issuing_begins_again_and_the_ballot_goes_over_to_paper(six: room.Meeting) -> None:
    room.issuing(six)
    Phone(six, six.voters[0]).ask()
    again = phones.restart_issuing(**six.by())
    assert (again.state, again.keys, again.present) == (rules.FROZEN, None, None)
    assert not TokenRequest.objects.exists()
    room.issuing(six)
    with pytest.raises(Refusal, match="Lý do"):
        phones.move_to_paper(**six.by(reason=" "))
    moved = phones.move_to_paper(**six.by(reason="Hai điện thoại hỏng"))
    assert (moved.mode, moved.state, moved.paper_reason) == (Ballot.Mode.PAPER, rules.FROZEN, "Hai điện thoại hỏng")
    with pytest.raises(NotYours):
        phones.restart_issuing(**six.by())


def test_the_committee_shows_the_room_the_code_of_the_voters_page(six: room.Meeting) -> None:
    room.issuing(six)
    base, teller = f"/bo-phieu/dien-thoai/{six.ballot.pk}/", Client()
    teller.force_login(six.tellers[0].user)  # type: ignore[arg-type]
    code = segno.make_qr(f"http://testserver{base}phieu/", error="m").svg_data_uri(light="#fff", omitsize=True)
    page = teller.get(base)
    assert escape(code) in page.content.decode()
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]


def test_the_committee_is_told_who_signed_its_tool(
    six: room.Meeting, client: Client, settings: Any, tmp_path: Path
) -> None:
    client.force_login(six.tellers[0].user)  # type: ignore[arg-type]
    address = f"/bo-phieu/dien-thoai/{six.ballot.pk}/"
    assert "Cơ quan chưa ký công cụ này" in client.get(address).content.decode()
    settings.BALLOT_TOOL_SIGNATURE = str(tmp_path / "cong-cu.html.sig")
    assert "Không mở được tệp" in client.get(address).content.decode()
    for content, says in ((b"another", "sau khi nâng cấp phải ký lại"), (tool.build().encode(), "Cơ quan đã ký")):
        signature, public = signing.sign(signing.new_key(""), "", content)
        (tmp_path / "cong-cu.html.sig").write_bytes(signature)
        (tmp_path / "cong-cu.html.pub.pem").write_bytes(public)
        assert says in client.get(address).content.decode()
    assert signing.fingerprint(public) in client.get(address).content.decode()


def test_the_roll_of_a_large_room_is_ticked_at_once(six: room.Meeting, client: Client) -> None:
    phones.take_keys(**six.by(text=room.keys_message(six)))
    client.force_login(six.tellers[0].user)  # type: ignore[arg-type]
    path = f"/bo-phieu/dien-thoai/{six.ballot.pk}/"
    ticked = [client.get(path + more).content.decode().count(" checked") for more in ("", "?chon=tat-ca")]
    assert ticked == [0, len(six.voters)]


def test_after_the_change_to_paper_a_phone_says_why_and_the_papers_do(six: room.Meeting, tmp_path: Path) -> None:
    room.issuing(six)
    phones.move_to_paper(**six.by(reason="Hai điện thoại hỏng"))
    base, voter, teller = f"/bo-phieu/dien-thoai/{six.ballot.pk}/", Client(), Client()
    voter.force_login(six.voters[0].user)  # type: ignore[arg-type]
    teller.force_login(six.tellers[0].user)  # type: ignore[arg-type]
    page = voter.get(f"{base}phieu/").content.decode()
    assert "đã chuyển sang phiếu giấy" in page
    assert "Hai điện thoại hỏng" in page
    assert 'id="phone"' not in page
    assert voter.get(f"{base}phieu-cua-toi/").json()["mode"] == "paper"
    paper = f"/bo-phieu/{six.ballot.pk}/"
    assert teller.get(base).headers["Location"] == paper
    (tmp_path / "kiem").write_bytes(teller.get(f"{paper}phieu-kiem.pdf").content)
    assert "Hai điện thoại hỏng" in PdfReader(tmp_path / "kiem").pages[0].extract_text()


def test_the_to_do_list_leads_committee_and_voters_through_the_meeting(six: room.Meeting) -> None:
    def lines(person: Person) -> list[str]:
        assert person.user is not None
        return [f"{line.text} {line.path}" for line in todo(person.user, AT) if line.kind.startswith("ballots.")]

    base, voter, teller = f"/bo-phieu/dien-thoai/{six.ballot.pk}/", six.voters[0], six.tellers[0]
    slip = [f"Bỏ phiếu trên điện thoại: Lấy phiếu tín nhiệm {base}phieu/"]
    assert lines(voter) == slip
    assert lines(teller) == [f"Tạo khóa của ban kiểm phiếu: Lấy phiếu tín nhiệm {base}"]
    room.issuing(six, absent=1)
    for phone in (Phone(six, each) for each in six.voters[:5]):
        phone.ask()
    asking: dict[str, Any] = {"ballot_id": six.ballot.pk, "at": AT, "by": teller.user}
    tokens.sign_tokens(text=room.signatures(six), **asking)
    phones.end_issuing(**six.by())
    assert (lines(voter), lines(six.voters[5])) == (slip, []), "who has no token has nothing to do"
    assert lines(teller) == [f"Công bố số phiếu phát ra, cho bỏ phiếu: Lấy phiếu tín nhiệm {base}"]
    phones.start_casting(**six.by())
    assert lines(voter) == slip
    phones.begin_closing(**six.by())
    assert (lines(voter), lines(teller)) == ([], []), "the casting host closes by itself"


def test_a_cancelled_ballot_keeps_no_cast_and_no_request_and_a_closed_one_is_not_cancelled(
    six: room.Meeting,
) -> None:
    """The organiser heads the unit."""
    voters = room.casting(six)
    batches.insert(six.ballot.pk, [voters[0].row([[0]])])
    organiser = make_person("lap-phieu", "Lập Phiếu", six.unit, leadership="head")
    cancelling = {"ballot_id": six.ballot.pk, "reason": "mất điện", "by": organiser.user, "at": AT}
    with outside_actions():
        Ballot.objects.update(state=rules.CLOSED)
    with pytest.raises(Conflict):
        actions.cancel_ballot(version=six.ballot.version, **cancelling)
    with outside_actions():
        Ballot.objects.update(state=rules.CASTING)
    assert (Cast.objects.count(), TokenRequest.objects.count()) == (1, 6)
    actions.cancel_ballot(version=six.ballot.version, **cancelling)
    assert (Cast.objects.count(), TokenRequest.objects.count()) == (0, 0)


def test_no_way_to_paper_once_casting_began(closed: room.Meeting) -> None:
    with pytest.raises(Conflict):
        phones.move_to_paper(**closed.by(reason="Muộn"))


def test_b4_a_board_that_is_not_what_was_cast_is_refused(closed: room.Meeting) -> None:
    """Goal B4: whoever edits rows, adds one or changes a figure is found by the verifier or by the comparison."""
    good = room.opened(closed)
    forged = making.cast(closed.content, [[0]])
    forged["signature"] = "1" * 768
    edits: list[dict[str, Any]] = [
        good | {"rows": sorted([*good["rows"], forged], key=lambda row: row["serial"]), "returned": 6, "issued": 6},
        good | {"rows": good["rows"][1:], "returned": 4},
        good | {"present": 4},
        good | {"result": good["result"] | {"valid": 4}},
        good | {"hash": "0" * 64},
        {},
    ]
    fewer = board.publish(closed.content, making.keys(), present=5, issued=5, rows=good["rows"][1:])
    assert verifier.problems(fewer) == [], "it agrees with itself"
    for wrong in [*edits, fewer]:
        with pytest.raises(Refusal) as refused:
            phones.publish_board(**closed.by(text=json.dumps(wrong)))
        assert refused.value.field == "board"
    Cast.objects.create(ballot=closed.ballot, **{name: value for name, value in forged.items() if name != "choice"})
    stuffed = board.publish(closed.content, making.keys(), present=5, issued=5, rows=[*good["rows"][:4], forged])
    assert any("không do ban kiểm phiếu phát ra" in said for said in verifier.problems(stuffed))
    with pytest.raises(Refusal, match="không phải đúng các phiếu đã bỏ"):
        phones.publish_board(**closed.by(text=json.dumps(good)))
    Cast.objects.filter(serial=forged["serial"]).delete()
    assert phones.publish_board(**closed.by(text=json.dumps(good))).state == rules.OPENED
    assert phones.end_objections(**closed.by()).state == rules.COUNTED


def run_on(text: str) -> str:
    """Without blanks and hyphens: where lines break, and with what, depends on the digits of a code."""
    return re.sub(r"[\s\u00ad\u200b-]+", "", text)


def test_the_board_becomes_minutes_that_are_signed_and_compared_like_paper(
    closed: room.Meeting, tmp_path: Path, settings: Any
) -> None:
    """Only with the signed scan, compared by a second person, is the result a fact for who asks."""
    signature, public = signing.sign(signing.new_key(""), "", tool.build().encode())
    settings.BALLOT_TOOL_SIGNATURE = str(tmp_path / "cong-cu.html.sig")
    (tmp_path / "cong-cu.html.sig").write_bytes(signature)
    (tmp_path / "cong-cu.html.pub.pem").write_bytes(public)
    phones.publish_board(**closed.by(text=json.dumps(room.opened(closed))))
    one = phones.end_objections(**closed.by())
    minutes, chair = one.minutes.get(), one.chair
    content = json.loads(minutes.content)
    assert chair is not None
    assert (content["board"], content["keys_fingerprint"]) == (one.board_hash, board.short(closed.tag))
    assert content["figures"] == {
        "returned": 5, "unreturned": 0, "valid": 5, "invalid": 0,
        "lines": [{"valid": 5, "invalid": 0, "counts": [2, 2, 1]}],
    }  # fmt: skip
    first, second, who = Client(), Client(), Client()
    for client, person in ((first, closed.tellers[0]), (second, closed.tellers[1]), (who, chair)):
        client.force_login(person.user)  # type: ignore[arg-type]
    paper = f"/bo-phieu/{one.pk}/"
    (tmp_path / "bb").write_bytes(first.get(f"{paper}bien-ban.pdf").content)
    text = run_on("".join(page.extract_text() for page in PdfReader(tmp_path / "bb").pages))
    codes = (one.fingerprint, board.short(closed.tag), one.board_hash, board.short(minutes.digest))
    codes = (*codes, tool.published()[tool.TOOL], f"cơ quan ký bằng khóa {signing.fingerprint(public)}")
    assert [code for code in (*codes, "Phát ra 5 phiếu") if run_on(code) not in text] == []
    assert about.votes_about(chair.pk, 2026) == []
    scan = SimpleUploadedFile("bb.pdf", b"%PDF-1.7")
    first.post(paper, {"do": "scan", "version": one.version, "file": scan})
    key = minutes.scans.get().pk
    confirm = {"do": "confirm", "version": one.version + 1, "scan": key, "same": "1"}
    assert first.post(paper, confirm).status_code == 409, "not by who attached it"
    second.post(paper, confirm)
    assert closed.ballot.state == rules.SIGNED
    fact = about.votes_about(chair.pk, 2026)[0]
    assert fact.votes == {
        "convened": 5, "present": 5, "issued": 5, "collected": 5, "valid": 5, "high": 2, "medium": 2, "low": 1,
    }  # fmt: skip
    assert (fact.digest, fact.scan) == (minutes.digest, minutes.scans.get().digest)
    who.post(paper, {"do": "finish", "version": one.version + 2})
    assert closed.ballot.state == rules.FINAL
    voter = Client()
    voter.force_login(closed.voters[0].user)  # type: ignore[arg-type]
    assert "40,00 % số phiếu thu về (2/5)" in voter.get(paper).content.decode()
    assert [said for said in verify().problems if said.kind in ("ballots.minutes", "ballots.minutesscan")] == []


def test_pages_of_the_meeting_are_closed_to_others(closed: room.Meeting) -> None:
    phones.publish_board(**closed.by(text=json.dumps(room.opened(closed))))
    base = f"/bo-phieu/dien-thoai/{closed.ballot.pk}/"
    voter, teller = Client(), Client()
    voter.force_login(closed.voters[0].user)  # type: ignore[arg-type]
    teller.force_login(closed.tellers[0].user)  # type: ignore[arg-type]
    open_to = (("", teller), ("phieu/", voter), ("ket-qua/", voter), ("ket-qua/", teller), ("cac-phieu/", teller))
    for path, may in open_to:
        answer = may.get(base + path)
        assert answer.status_code == 200, path
        assert "ẩn danh tuyệt đối" not in answer.content.decode().lower()
    for path in ("", "cau-noi/", "cac-phieu/", "cuoc-bo-phieu/", "yeu-cau/"):
        assert voter.get(base + path).status_code == 404, path
    assert teller.get(f"{base}phieu/").status_code == teller.get(f"{base}phieu-cua-toi/").status_code == 404
    assert voter.get(f"{base}phieu-cua-toi/").json()["state"] == "opened"
    assert teller.get(f"{base}cau-noi/").headers["Cross-Origin-Opener-Policy"] == "unsafe-none"


def test_b10_nothing_of_ours_promises_what_no_ballot_holds() -> None:
    """Goal B10: no page, script or handbook says “ẩn danh tuyệt đối”, and every page of a ballot links the limits."""
    texts = [*SRC.rglob("*.html"), *SRC.rglob("*.js"), *(ROOT / "docs" / "handbook").glob("*.md")]
    assert [path for path in texts if "ẩn danh tuyệt đối" in path.read_text(encoding="utf-8").lower()] == []
    for name in ("slip", "board", "committee"):
        page = (SRC / "web" / "templates" / "web" / "phones" / f"{name}.html").read_text(encoding="utf-8")
        assert "web/phones/_limits.html" in page
