"""What committee and chair do to a ballot on phones, one event each (docs/ballots.md)."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.ballots import rules
from thuocdo.ballots.figures import of_board
from thuocdo.ballots.lpk1 import tool, verifier
from thuocdo.ballots.lpk1.board import canonical, short, tag_of
from thuocdo.ballots.lpk1.counting import quorum_met
from thuocdo.ballots.messages import read, read_board, read_keys
from thuocdo.ballots.models import Ballot, Elector
from thuocdo.ballots.phones.access import locked
from thuocdo.ballots.phones.models import Cast, TokenRequest
from thuocdo.ballots.settling import settled
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation.access import chain_of

FEW = (
    f"Dưới {rules.FEWEST} phiếu thì điện thoại không giấu được ai chọn gì. Hãy chờ thêm người, hoặc chuyển sang phiếu "
    "giấy."
)
ROW = ("serial", "key", "prefix", "signature", "sealed", "proof")


@action
def take_keys(*, ballot_id: int, version: int, text: str, by: User, at: datetime) -> Ballot:
    """The committee's public keys, from its tool; both fingerprints are computed again. Raises NotYours, Conflict,
    Refusal."""
    one = locked(ballot_id, by, version=version)
    target = rules.PHONE.target("key", one.state)
    given = read(text, "keys", field="keys")
    keys = read_keys(given, field="keys")
    if given.get("fingerprint") != one.fingerprint:
        said = f"Khóa này làm cho nội dung phiếu khác: mã nội dung phiếu ở đây là {one.fingerprint}."
        raise Refusal("ballot.keys", said, field="keys")
    if given.get("keys_fingerprint") != short(tag_of(json.loads(one.document), keys)):
        raise Refusal("ballot.keys", "Mã khóa trong tệp không khớp với khóa; hãy lấy lại tệp từ công cụ.", field="keys")
    one.keys = keys
    return _moved(one, target, "ballot.keys_taken", by, at)


@action
def start_issuing(*, ballot_id: int, version: int, present: Collection[str], by: User, at: datetime) -> Ballot:
    """Who is present, by opaque keys, and tokens may be asked for. Raises NotYours, Conflict, Refusal below quorum."""
    one = locked(ballot_id, by, version=version)
    target = rules.PHONE.target("start_issuing", one.state)
    electors = list(Elector.objects.filter(ballot=one, left_out=""))
    there = {elector.key for elector in electors} & set(present)
    if len(there) != len(set(present)):
        raise Refusal("ballot.present", "Có người không thuộc danh sách được triệu tập; hãy tải lại trang.")
    if not quorum_met(json.loads(one.document), len(there)):
        said = (
            f"Có mặt {len(there)}/{len(electors)}: chưa đủ {one.quorum_part}/{one.quorum_whole} số người được triệu "
            "tập, chưa bỏ phiếu được. Hãy đánh dấu đủ người có mặt, hoặc hoãn cuộc họp."
        )
        raise Refusal("ballot.quorum", said, field="present")
    if len(there) < rules.FEWEST:
        raise Refusal("ballot.few", f"Có mặt {len(there)} người. {FEW}", field="present")
    for elector in electors:
        elector.present = elector.key in there
    Elector.objects.bulk_update(electors, ["present"], batch_size=200)
    one.present = len(there)
    return _moved(one, target, "ballot.issuing_started", by, at, electors, present=len(there))


@action
def restart_issuing(*, ballot_id: int, version: int, by: User, at: datetime) -> Ballot:
    """Before the number is announced: keys and requests are dropped, everybody begins again under new keys."""
    one = locked(ballot_id, by, version=version)
    return _begun_again(one, "restart_issuing", "ballot.issuing_restarted", by, at)


@action
def move_to_paper(*, ballot_id: int, version: int, reason: str, by: User, at: datetime) -> Ballot:
    """Before casting begins, or where closing was put off because too few slips came back: the same frozen question
    goes on with paper slips. Raises Refusal without a reason, Conflict once slips are written."""
    one = locked(ballot_id, by, version=version, chair=True)
    rules.PHONE.target("to_paper", one.state)
    if one.state == rules.CASTING and (not one.put_off or Cast.objects.filter(ballot=one).exists()):
        raise Conflict(
            f"Đang bỏ phiếu: chỉ chuyển sang phiếu giấy được khi đã bấm đóng mà thu về dưới {rules.FEWEST} phiếu. Hãy "
            "đóng bỏ phiếu; nếu chưa đủ phiếu, trang này cho chuyển."
        )
    if not clean(reason):
        raise Refusal("text.empty", "Lý do: chưa nhập. Hãy ghi vì sao chuyển sang phiếu giấy.", field="reason")
    one.mode, one.paper_reason = Ballot.Mode.PAPER, clean(reason)[:500]
    return _begun_again(one, "to_paper", "ballot.moved_to_paper", by, at, reason=one.paper_reason)


@action
def end_issuing(*, ballot_id: int, version: int, by: User, at: datetime) -> Ballot:
    """The number of slips given out is fixed. Raises Conflict where nobody has one, or a request is not signed."""
    one = locked(ballot_id, by, version=version)
    target = rules.PHONE.target("issue", one.state)
    asked = TokenRequest.objects.filter(elector__ballot=one)
    open_ = asked.filter(blind_signature="").count()
    if open_:
        raise Conflict(f"Còn {open_} yêu cầu chưa ký. Hãy ký trong công cụ và đưa chữ ký lên, rồi kết thúc phát phiếu.")
    one.issued = asked.count()
    if not one.issued:
        raise Conflict("Chưa phát phiếu nào. Hãy chờ người có mặt nhận phiếu, hoặc chuyển sang phiếu giấy.")
    if one.issued < rules.FEWEST:
        raise Conflict(f"Mới phát {one.issued} phiếu. {FEW}")
    return _moved(one, target, "ballot.tokens_issued", by, at, issued=one.issued)


@action
def start_casting(*, ballot_id: int, version: int, by: User, at: datetime) -> Ballot:
    """From now on the casting host takes casts."""
    one = locked(ballot_id, by, version=version)
    return _moved(one, rules.PHONE.target("start_casting", one.state), "ballot.casting_started", by, at)


@action
def begin_closing(*, ballot_id: int, version: int, by: User, at: datetime) -> Ballot:
    """The casting host takes what still waits on phones, then closes by itself (`closing.close_casting`)."""
    one = locked(ballot_id, by, version=version, chair=True)
    return _moved(one, rules.PHONE.target("begin_closing", one.state), "ballot.closing_begun", by, at)


@action
def publish_board(*, ballot_id: int, version: int, text: str, by: User, at: datetime) -> Ballot:
    """The board from the committee's tool, if the verifier finds nothing and its rows are those that were cast."""
    one = locked(ballot_id, by, version=version)
    target = rules.PHONE.target("open", one.state)
    board = read_board(text, field="board")
    problems = board_problems(one, board)
    if problems:
        raise Refusal("ballot.board", " ".join(problems), field="board")
    one.board, one.board_hash = canonical(board).decode(), str(board["hash"])
    data = {"returned": board["returned"], "valid": board["result"]["valid"]}
    return _moved(one, target, "ballot.board_published", by, at, **data)


@action
def end_objections(*, ballot_id: int, version: int, by: User, at: datetime) -> Ballot:
    """Nobody objected, or it was answered: the figures of the board become the minutes. By the chair or a teller."""
    one = locked(ballot_id, by, version=version, chair=True)
    target = rules.PHONE.target("settle", one.state)
    shown = json.loads(one.board)
    how = {"keys_fingerprint": shown["keys_fingerprint"], "board": one.board_hash, "refused": one.refused or 0}
    by_agency = tool.signed(settings.BALLOT_TOOL_SIGNATURE)
    how["tool"] = {
        "sha256": tool.published()[tool.TOOL],
        "key": by_agency.key if by_agency and by_agency.holds else "",
    }
    minutes = settled(one, of_board(shown).to_dict(), at, **how)
    return _moved(one, target, "ballot.phones_settled", by, at, [minutes])


def board_problems(one: Ballot, board: dict[str, Any]) -> list[str]:
    """What is wrong with a board, in sentences: by itself, against what was frozen here, against what was cast."""
    try:
        content = json.loads(one.document)
        found = verifier.problems(board, one.fingerprint, short(tag_of(content, one.keys or {})), one.issued)
        if board["present"] != one.present:
            found.append(f"Số người có mặt trong bảng là {board['present']}, điểm danh là {one.present}.")
        rows = {tuple(str(row[name]) for name in ROW) for row in board["rows"]}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return ["Đây không phải bảng kết quả của công cụ; hãy lấy lại tệp kết quả."]
    if rows != set(Cast.objects.filter(ballot=one).values_list(*ROW)):
        found.append("Các phiếu trong bảng không phải đúng các phiếu đã bỏ; hãy lấy lại tệp các phiếu rồi mở lại.")
    return found


def _begun_again(one: Ballot, step: str, code: str, by: User, at: datetime, **data: Any) -> Ballot:
    target = rules.PHONE.target(step, one.state)
    TokenRequest.objects.filter(elector__ballot=one).delete()
    one.keys, one.present, one.issued = None, None, None
    return _moved(one, target, code, by, at, **data)


def _moved(
    one: Ballot, state: str, code: str, by: User, at: datetime, others: Collection[Model] = (), **data: Any
) -> Ballot:
    one.state = state
    one.version += 1
    one.save()
    record(chain=chain_of(one.unit, localdate(at)), code=code, by=by, at=at, objects=[one, *others], data=data)
    return one
