"""Who reaches what: the officer of a unit, its head, and those whose result it is."""

from datetime import date

from django.utils.timezone import localdate, localtime

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units
from thuocdo.decisions.models import Decision
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation.models import Person
from thuocdo.organisation.queries import officer_units


def day_of(at: object) -> date:
    """The day in Viet Nam at that moment."""
    return localdate(at)  # type: ignore[arg-type]


def prepares(user: User, unit_id: int, on: date) -> bool:
    """Whether the user drafts the unit's papers: its organisation officer, or its head."""
    return unit_id in officer_units(user, on) or unit_id in headed_units(user, on)


def require_prepares(user: User, unit_id: int, on: date) -> None:
    """Raises NotYours unless the user drafts the unit's papers."""
    if not prepares(user, unit_id, on):
        raise NotYours()


def acting_person(user: User) -> Person:
    """The person behind the account. Raises NotYours."""
    person = Person.objects.filter(user_id=user.pk).first()
    if person is None:
        raise NotYours()
    return person


def locked_decision(decision_id: int) -> Decision:
    """The decision, locked until the end of the transaction. Raises NotYours."""
    if not Decision.objects.select_for_update(of=("self",)).filter(pk=decision_id).exists():
        raise NotYours()
    return Decision.objects.select_related("unit", "agency", "cycle__root", "signer", "replaces").get(pk=decision_id)


def text_from(typed: str, label: str, field: str, most: int, *, needed: bool = True) -> str:
    """One clean text. Raises Refusal, with the field."""
    text = clean(typed)
    if needed and not text:
        raise Refusal("text.empty", f"{label}: chưa nhập. Hãy nhập nội dung.", field=field)
    if len(text) > most:
        raise Refusal("text.long", f"{label}: dài {len(text)} ký tự. Hãy rút gọn còn tối đa {most}.", field=field)
    return text


def when(at: object) -> str:
    """A moment in Viet Nam for a sentence: 17:00 ngày 06/03/2026."""
    return f"{localtime(at):%H:%M ngày %d/%m/%Y}"  # type: ignore[arg-type]
