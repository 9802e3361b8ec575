"""Tokens: a voter asks, the committee signs without seeing. The number of them is on the record, when issuing ends."""

from datetime import datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed
from thuocdo.ballots import rules
from thuocdo.ballots.messages import number_of_key, read, signs
from thuocdo.ballots.models import Ballot
from thuocdo.ballots.phones.access import elector_of, locked
from thuocdo.ballots.phones.models import TokenRequest
from thuocdo.kernel.errors import Conflict, NotYours, Refusal


@action
def ask_token(*, ballot_id: int, blinded: str, by: User, at: datetime) -> TokenRequest:
    """One request for each voter who is present. The same again is the same; raises Conflict for another one, NotYours,
    Refusal for what is no number of the key."""
    rows = Ballot.objects.select_for_update().filter(pk=ballot_id, mode=Ballot.Mode.PHONE)
    one = rows.order_by().only("state", "keys").first()
    elector = elector_of(one, by) if one else None
    if one is None or elector is None:
        raise NotYours()
    nothing_changed()
    known: TokenRequest | None = getattr(elector, "token_request", None)
    if known is not None:
        if known.blinded != blinded:
            raise Conflict(
                "Ông/bà đã nhận phiếu trên một điện thoại hoặc cửa sổ khác. Mỗi người một phiếu: hãy dùng chính máy "
                "ấy; nếu máy hỏng, báo ban kiểm phiếu để làm lại việc phát phiếu trước khi chốt số phiếu."
            )
        return known
    if one.state != rules.ISSUING or not one.keys:
        raise Conflict(f"Cuộc bỏ phiếu hiện {one.get_state_display()}; chỉ nhận phiếu khi đang phát phiếu.")
    if not elector.present:
        raise Conflict("Ông/bà chưa được điểm danh có mặt. Hãy báo ban kiểm phiếu.")
    if number_of_key(blinded, int(one.keys["sign"], 16)) is None:
        raise Refusal("ballot.blinded", "Yêu cầu nhận phiếu không đúng dạng; hãy tải lại trang và nhận lại.")
    return TokenRequest.objects.create(elector=elector, blinded=blinded)


@action
def sign_tokens(*, ballot_id: int, text: str, by: User, at: datetime) -> int:
    """The committee's signatures, each checked against its request; all or none. How many are new."""
    one = locked(ballot_id, by)
    nothing_changed()
    given = read(text, "signatures", field="signatures")
    if one.state != rules.ISSUING or not one.keys:
        raise Conflict(f"Cuộc bỏ phiếu hiện {one.get_state_display()}; không nhận chữ ký ở bước này.")
    answers = _answers(given)
    rows = TokenRequest.objects.filter(elector__ballot=one, elector__key__in=[answer["id"] for answer in answers])
    asked = {request.elector.key: request for request in rows.select_related("elector")}
    fresh = []
    for answer in answers:
        request = asked.get(answer["id"])
        if request is None or not signs(one.keys, request.blinded, answer["blind_signature"]):
            said = "Có chữ ký không đúng với yêu cầu đã gửi: kiểm tra khóa và tệp, rồi ký lại. Chưa ghi gì."
            raise Refusal("ballot.signature", said, field="signatures")
        if not request.blind_signature:
            request.blind_signature = answer["blind_signature"]
            fresh.append(request)
    TokenRequest.objects.bulk_update(sorted(fresh, key=lambda r: r.elector.key), ["blind_signature"], batch_size=100)
    return len(fresh)


def _answers(given: dict[str, Any]) -> list[dict[str, str]]:
    found = given.get("signatures")
    shaped = isinstance(found, list) and all(
        isinstance(one, dict)
        and set(one) == {"id", "blind_signature"}
        and all(isinstance(value, str) for value in one.values())
        for one in found
    )
    if not shaped or not isinstance(found, list):
        raise Refusal("ballot.message", "Tệp chữ ký không đúng dạng; hãy lấy lại từ công cụ.", field="signatures")
    return found
