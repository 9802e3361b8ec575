"""The committee's steps on a ballot on phones, and what is refused; goals B4 and B10."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.factories import phones as room
from tests.factories.people import make_person
from tests.factories.phones import AT, Phone
from tests.guards import outside_actions
from tests.house.sources import ROOT, SRC
from tests.standing import standing
from tests.unit.ballots import making
from thuocdo.ballots import actions, rules
from thuocdo.ballots.actions import phones, tokens
from thuocdo.ballots.casting import batches
from thuocdo.ballots.casting.store import close
from thuocdo.ballots.lpk1 import board, verifier
from thuocdo.ballots.models import Ballot, Elector
from thuocdo.ballots.phones.models import Cast, TokenRequest
from thuocdo.kernel.errors import Conflict, NotYours, Refusal


@standing
def three(db: None) -> room.Meeting:
    """Three voters and a frozen ballot."""
    return room.meeting(3)


@standing
def closed(db: None) -> room.Meeting:
    """Three casts, closed."""
    voters = room.casting(room.meeting(3))
    one = voters[0].of
    batches.insert(one.ballot.pk, [voter.row([[n]]) for n, voter in enumerate(voters)])
    phones.begin_closing(**one.by())
    assert close(one.ballot.pk, []) == rules.CLOSED
    return one


def test_keys_of_another_ballot_or_fingerprint_are_refused(three: room.Meeting) -> None:
    good = json.loads(room.keys_message(three))
    for wrong in (
        good | {"fingerprint": "0000-0000-0000"}, good | {"keys_fingerprint": "0000-0000-0000"},
        good | {"kind": "casts"},
        good | {"keys": making.keys() | {"sign": "f" * 766}}, good | {"keys": {}}, [], "[" * 90000, "1.5",
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            phones.take_keys(**three.by(text=wrong if isinstance(wrong, str) else json.dumps(wrong)))
        assert refused.value.field == "keys"
    assert three.ballot.state == rules.FROZEN
    with pytest.raises(NotYours):
        phones.take_keys(**three.by(text=json.dumps(good), by=three.voters[0].user))
    with pytest.raises(Conflict):
        phones.take_keys(**three.by(text=json.dumps(good), version=99))
    assert phones.take_keys(**three.by(text=json.dumps(good))).keys == making.keys()


def test_below_quorum_nothing_is_given_out(three: room.Meeting) -> None:
    phones.take_keys(**three.by(text=room.keys_message(three)))
    keys = list(Elector.objects.filter(ballot__code=three.code).values_list("key", flat=True))
    with pytest.raises(Refusal, match="Có mặt 1/3"):
        phones.start_issuing(**three.by(present=keys[:1]))
    with pytest.raises(Refusal, match="không thuộc danh sách"):
        phones.start_issuing(**three.by(present=[*keys, "khac"]))
    assert phones.start_issuing(**three.by(present=keys[:2])).present == 2


def test_one_token_for_each_who_is_present(three: room.Meeting) -> None:
    room.issuing(three, absent=1)
    here, _, absent = (Phone(three, voter) for voter in three.voters)
    here.ask()
    here.ask()
    asking: dict[str, Any] = {"ballot_id": three.ballot.pk, "at": AT}
    with pytest.raises(Conflict, match="Mỗi người một phiếu"):
        tokens.ask_token(blinded="1" * 768, by=here.voter.user, **asking)
    with pytest.raises(Conflict, match="chưa được điểm danh"):
        absent.ask()
    with pytest.raises(NotYours):
        tokens.ask_token(blinded="1" * 768, by=three.tellers[0].user, **asking)
    with pytest.raises(Refusal, match="không đúng dạng"):
        tokens.ask_token(blinded="f" * 768, by=three.voters[1].user, **asking)
    with pytest.raises(Conflict, match="Còn 1 yêu cầu chưa ký"):
        phones.end_issuing(**three.by())
    wrong = json.loads(room.signatures(three))
    wrong["signatures"][0]["blind_signature"] = "2" * 768
    for text in (json.dumps(wrong), json.dumps(wrong | {"signatures": [{"id": 1}]})):
        with pytest.raises(Refusal) as refused:
            tokens.sign_tokens(text=text, by=three.tellers[0].user, **asking)
        assert refused.value.field == "signatures"
    assert not TokenRequest.objects.exclude(blind_signature="").exists()
    assert tokens.sign_tokens(text=room.signatures(three), by=three.tellers[0].user, **asking) == 1
    assert phones.end_issuing(**three.by()).issued == 1
    with pytest.raises(Conflict):
        Phone(three, three.voters[1]).ask()


def test_issuing_begins_again_and_the_ballot_goes_over_to_paper(three: room.Meeting) -> None:
    room.issuing(three)
    Phone(three, three.voters[0]).ask()
    again = phones.restart_issuing(**three.by())
    assert (again.state, again.keys, again.present) == (rules.FROZEN, None, None)
    assert not TokenRequest.objects.exists()
    room.issuing(three)
    with pytest.raises(Refusal, match="Lý do"):
        phones.move_to_paper(**three.by(reason=" "))
    moved = phones.move_to_paper(**three.by(reason="Hai điện thoại hỏng"))
    assert (moved.mode, moved.state) == (Ballot.Mode.PAPER, rules.FROZEN)
    with pytest.raises(NotYours):
        phones.restart_issuing(**three.by())


def test_a_cancelled_ballot_keeps_no_cast_and_no_request_and_a_closed_one_is_not_cancelled(
    three: room.Meeting,
) -> None:
    """The organiser heads the unit."""
    voters = room.casting(three)
    batches.insert(three.ballot.pk, [voters[0].row([[0]])])
    organiser = make_person("lap-phieu", "Lập Phiếu", three.unit, leadership="head")
    cancelling = {"ballot_id": three.ballot.pk, "reason": "mất điện", "by": organiser.user, "at": AT}
    with outside_actions():
        Ballot.objects.update(state=rules.CLOSED)
    with pytest.raises(Conflict):
        actions.cancel_ballot(version=three.ballot.version, **cancelling)
    with outside_actions():
        Ballot.objects.update(state=rules.CASTING)
    assert (Cast.objects.count(), TokenRequest.objects.count()) == (1, 3)
    actions.cancel_ballot(version=three.ballot.version, **cancelling)
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
        good | {"rows": sorted([*good["rows"], forged], key=lambda row: row["serial"]), "returned": 4, "issued": 4},
        good | {"rows": good["rows"][1:], "returned": 2},
        good | {"present": 2},
        good | {"result": good["result"] | {"valid": 2}},
        good | {"hash": "0" * 64},
        {},
    ]
    fewer = board.publish(closed.content, making.keys(), present=3, issued=3, rows=good["rows"][1:])
    assert verifier.problems(fewer) == [], "it agrees with itself"
    for wrong in [*edits, fewer]:
        with pytest.raises(Refusal) as refused:
            phones.publish_board(**closed.by(text=json.dumps(wrong)))
        assert refused.value.field == "board"
    Cast.objects.create(ballot=closed.ballot, **{name: value for name, value in forged.items() if name != "choice"})
    stuffed = board.publish(closed.content, making.keys(), present=3, issued=3, rows=[*good["rows"][:2], forged])
    assert any("không do ban kiểm phiếu phát ra" in said for said in verifier.problems(stuffed))
    with pytest.raises(Refusal, match="không phải đúng các phiếu đã bỏ"):
        phones.publish_board(**closed.by(text=json.dumps(good)))
    Cast.objects.filter(serial=forged["serial"]).delete()
    assert phones.publish_board(**closed.by(text=json.dumps(good))).state == rules.OPENED
    assert phones.end_objections(**closed.by()).state == rules.FINAL


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
