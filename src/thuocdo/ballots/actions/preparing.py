"""A ballot while it is prepared: its question."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.ballots import in_round
from thuocdo.ballots.access import locked, may_organise, require_version
from thuocdo.ballots.models import Ballot
from thuocdo.ballots.question import read_question
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.access import chain_of
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import on_day
from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds.models import Round
from thuocdo.rulesets.catalogue import load_any


@action
def prepare_ballot(
    *, ballot_id: int | None, version: int, unit_id: int, organisation_id: int | None, kind: str, held_on: date,
    typed: Mapping[str, str], by: User, at: datetime,
) -> Ballot:  # fmt: skip
    """Begin a ballot of a unit or of a Party organisation, or write its question anew while it is prepared
    (`ballot_id`). Raises NotYours, Several by field, Conflict."""
    on = localdate(at)
    if ballot_id is None:
        one = Ballot(made_by=by, made_at=at)
        one.unit, one.organisation = _whose(unit_id, organisation_id, on)
    else:
        one = draft(ballot_id, version, by, on)
        one.version += 1
    if not may_organise(by, one.unit_id, one.organisation_id, on):
        raise NotYours()
    if kind not in Ballot.Kind.values:
        raise Refusal("ballot.kind", "Hãy chọn nội dung bỏ phiếu.", field="kind")
    question = read_question(typed, kind=kind, held_on=held_on)
    one.kind, one.held_on = Ballot.Kind(kind), held_on
    for name, value in question.values.items():
        setattr(one, name, value)
    one.round = _round(typed.get("round", ""), by, on)
    one.step = in_round.step_of(one.round, kind) if one.round else ""
    text = question.text
    one.rulebook_hash = load_any(text.key, [text.overlay] if text.overlay else []).hash if text else ""
    one.save()
    record(
        chain=chain_of(one.unit, on), code="ballot.prepared", by=by, at=at, objects=[one],
        data={"ballot": one.pk, "kind": one.kind},
    )  # fmt: skip
    return one


def _round(typed: str, by: User, on: date) -> Round | None:
    """The round that the form names, if any. Raises Refusal for one that is not open to the user."""
    if not typed:
        return None
    found = next((one for one in in_round.open_rounds(by, on) if str(one.pk) == typed), None)
    if found is None:
        words = "Đợt này không còn mở hoặc không thuộc phạm vi của ông/bà. Hãy chọn lại."
        raise Refusal("ballot.round", words, field="round")
    return found


def draft(ballot_id: int, version: int, by: User, on: date) -> Ballot:
    """The ballot while it is prepared, by its organiser. Raises NotYours, Conflict."""
    one = locked(ballot_id)
    if not may_organise(by, one.unit_id, one.organisation_id, on):
        raise NotYours()
    if one.state != Ballot.State.DRAFT:
        raise Conflict("Nội dung phiếu đã chốt, không sửa được nữa; chỉ có thể hủy cuộc bỏ phiếu, ghi rõ lý do.")
    require_version(one, version)
    return one


def _whose(unit_id: int, organisation_id: int | None, on: date) -> tuple[Unit, PartyOrganisation | None]:
    if organisation_id is not None:
        organisation = PartyOrganisation.objects.filter(on_day(on), pk=organisation_id).select_related("unit").first()
        if organisation is None:
            raise NotYours()
        return organisation.unit, organisation
    unit = Unit.objects.filter(on_day(on), pk=unit_id).first()
    if unit is None:
        raise NotYours()
    return unit, None
