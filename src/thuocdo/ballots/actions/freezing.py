"""Freezing the question, after which nothing of it changes; giving a ballot up."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.ballots import in_round, rules
from thuocdo.ballots.access import locked, may_organise, require_version
from thuocdo.ballots.actions.people import refuse_counting_oneself, refuse_forgotten, refuse_too_many
from thuocdo.ballots.actions.preparing import draft
from thuocdo.ballots.casting import store
from thuocdo.ballots.lpk1 import board
from thuocdo.ballots.models import Ballot
from thuocdo.ballots.people import doubled, offered
from thuocdo.ballots.phones.models import Cast, TokenRequest
from thuocdo.ballots.question import document_of
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation.access import chain_of
from thuocdo.records.party.letterheads import letterhead_of


@action
def freeze_ballot(*, ballot_id: int, version: int, by: User, at: datetime) -> Ballot:
    """Fix the question and its lists under a fingerprint of twelve characters. Raises NotYours, Refusal, Conflict."""
    on = localdate(at)
    one = draft(ballot_id, version, by, on)
    summoned = one.electors.filter(left_out="").count()
    texts = list(one.lines.filter(number__isnull=False).order_by("number").values_list("text", flat=True))
    if not summoned or not texts or one.tellers.count() < 3 or one.chair_id is None:
        raise Refusal(
            "ballot.people",
            "Chưa đủ để chốt: cần người bỏ phiếu, dòng trên phiếu, ban kiểm phiếu và người chủ trì. Hãy "
            "điền trang danh sách rồi chốt.",
        )  # fmt: skip
    listed = set(one.electors.values_list("person_id", flat=True))
    found = offered(one, on)
    refuse_too_many(found)
    refuse_forgotten([person for key, person in found.people.items() if key not in listed])
    voters = one.electors.filter(left_out="").values_list("person_id", flat=True)
    if twice := doubled(list(voters)):
        raise Refusal(
            "ballot.doubled",
            f"Có hai mã trong danh sách người bỏ phiếu: {', '.join(twice)}. Một người một phiếu: hãy bỏ mã đã gộp ra "
            "khỏi danh sách rồi chốt.",
        )
    on_slip = one.lines.filter(number__isnull=False, person__isnull=False).values_list("person_id", flat=True)
    refuse_counting_oneself(one, list(one.tellers.values_list("person_id", flat=True)), [key for key in on_slip if key])
    if one.mode == Ballot.Mode.PHONE and summoned < rules.FEWEST:
        raise Refusal(
            "ballot.few",
            f"Chỉ có {summoned} người bỏ phiếu: dưới {rules.FEWEST} người thì điện thoại không giấu được ai chọn gì. "
            "Hãy sửa nội dung, chọn phiếu giấy (và biết rằng kết quả vẫn gần như cho biết từng người chọn gì).",
        )
    bound = in_round.link(one, list(one.lines.filter(number__isnull=False).order_by("number")))
    document = document_of(one, texts, summoned)
    one.document = board.canonical(document).decode()
    one.fingerprint = board.fingerprint(document)
    if one.organisation is not None:
        one.head = letterhead_of(one.organisation, one.held_on).said()
    one.state = rules.MACHINES[one.mode].target("freeze", one.state)
    one.version += 1
    one.save()
    record(
        chain=chain_of(one.unit, on), code="ballot.frozen", by=by, at=at, objects=[one, *bound],
        data={"ballot": one.pk, "fingerprint": one.fingerprint, "summoned": summoned},
    )  # fmt: skip
    return one


@action
def cancel_ballot(*, ballot_id: int, version: int, reason: str, by: User, at: datetime) -> Ballot:
    """Give a ballot up before its result is known. What was entered on paper stays on the record; casts and requests
    of phones go. Raises NotYours, Refusal, Conflict."""
    on = localdate(at)
    one = locked(ballot_id)
    if not may_organise(by, one.unit_id, one.organisation_id, on):
        raise NotYours()
    require_version(one, version)
    one.state = rules.MACHINES[one.mode].target("cancel", one.state)
    if one.counting > 1:
        raise Conflict("Cuộc này đã có biên bản và đang kiểm lại, không hủy được nữa. Hãy kiểm lại cho xong.")
    one.cancelled_reason = clean(reason)[:500]
    if not one.cancelled_reason:
        raise Refusal("ballot.reason", "Hãy ghi lý do hủy cuộc bỏ phiếu.", field="cancel-reason")
    one.version += 1
    one.save()
    if one.mode == Ballot.Mode.PHONE:
        _forget(one)
    record(chain=chain_of(one.unit, on), code="ballot.cancelled", by=by, at=at, objects=[one], data={"ballot": one.pk})
    return one


def _forget(one: Ballot) -> None:
    """Nothing is left of what phones sent."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")
    Cast.objects.filter(ballot=one).delete()
    TokenRequest.objects.filter(elector__ballot=one).delete()
    transaction.on_commit(store.sweep)
