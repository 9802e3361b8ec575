"""Answering: one giver's forms at once, under seal, in an order that says nothing."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.opinions.access import locked
from thuocdo.opinions.models import OpinionEnvelope, OpinionReturn, OpinionRound
from thuocdo.opinions.rules import AGAIN, Refused
from thuocdo.opinions.sealing import seal
from thuocdo.opinions.typed import forms_of, read_forms
from thuocdo.organisation.queries import person_of


@action
def answer_round(*, round_id: int, typed: Mapping[str, str], by: User, at: datetime) -> OpinionRound:
    """Put the giver's forms among the others, all of which are written anew in random order in this transaction; leave
    the mark that the giver has answered. Neither is on the record: no event says who answered, or when.

    Raises NotYours for who was not asked, Conflict after the last day, after closing and the second time, Refused.
    """
    one = locked(round_id)
    person = person_of(by)
    forms = forms_of(one, person) if person else []
    if person is None or not forms or one.state in (OpinionRound.State.DRAFT, OpinionRound.State.DROPPED):
        raise NotYours()
    if one.state != OpinionRound.State.OPEN or localdate(at) > one.closes_on:
        raise Conflict(f"Đợt lấy ý kiến đã hết hạn ngày {one.closes_on:%d/%m/%Y}; không nhận thêm ý kiến.")
    if OpinionReturn.objects.filter(round=one, rater=person).exists():
        raise Conflict(AGAIN)
    fresh = []
    for form, (answers, text) in zip(forms, read_forms(forms, typed), strict=True):
        slip = {"s": form.subject_id, "p": form.party_id, "a": answers, "t": text}
        if not one.secret:
            slip["by"] = person.pk
        try:
            fresh.append(seal(slip, one.pk))
        except ValueError:
            words = f"{form.name}: lời góp ý quá dài để niêm phong. Hãy rút gọn."
            raise Refused({f"f{form.invitation_id}.text": words}) from None
    _put_among_others(one, fresh)
    OpinionReturn.objects.create(round=one, rater=person)
    nothing_changed()
    return one


def _put_among_others(one: OpinionRound, fresh: list[bytes]) -> None:
    """Old and new envelopes as new rows under new random keys, written in the order of these keys."""
    waiting = list(OpinionEnvelope.objects.filter(round=one).values_list("sealed", flat=True))
    OpinionEnvelope.objects.filter(round=one).delete()
    rows = [OpinionEnvelope(round=one, sealed=bytes(sealed)) for sealed in [*waiting, *fresh]]
    OpinionEnvelope.objects.bulk_create(sorted(rows, key=lambda row: row.key), batch_size=200)
