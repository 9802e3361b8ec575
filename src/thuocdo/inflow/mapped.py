"""The people of a source's own table (who is whom): each must be somebody whom the source may give tasks to."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.inflow.access import source_of_officer
from thuocdo.inflow.typed import mapping_from
from thuocdo.intake.specs import Scope
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.access import day_of
from thuocdo.organisation.imports_plan import Reach
from thuocdo.organisation.models import Unit
from thuocdo.organisation.people_reach import people_by_code
from thuocdo.organisation.queries import forest, officer_units

MOST_NAMED = 5


def unknown_codes(unit_id: int, codes: Iterable[str], on: date) -> list[str]:
    """The codes of nobody with a past, present or coming post in the unit or below it. At most five queries."""
    asked = sorted({code.upper() for code in codes})
    if not asked:
        return []
    units = Unit.objects.filter(pk__in=forest(on).below([unit_id]))
    known = people_by_code(Scope("", "", Reach({unit.code.upper(): unit for unit in units})), asked)
    return [code for code in asked if code not in known]


def check_people(unit_id: int, people: Mapping[str, str], before: Mapping[str, str], on: date) -> None:
    """Raises Refusal naming the new or changed lines that mean nobody; lines of before stay as they are, and the pages
    of the source name them."""
    new = {outside: code for outside, code in people.items() if before.get(outside) != code}
    unknown = unknown_codes(unit_id, new.values(), on)
    if unknown:
        lines = [f"{outside} = {code}" for outside, code in new.items() if code.upper() in unknown]
        more = f"; và {len(lines) - MOST_NAMED} dòng khác" if len(lines) > MOST_NAMED else ""
        message = (
            f"Không có mã cán bộ này ở đơn vị của nguồn và bên dưới: {'; '.join(lines[:MOST_NAMED])}{more}. Hãy sửa "
            f"mã, hoặc thêm người trước."
        )
        raise Refusal("mapping.unknown", message, field="people")


def check_typed(by: User, at: datetime, text: str, *, unit_id: int | None = None, source_id: int | None = None) -> None:
    """The same for the table as typed for a new source of a unit, or for a source, so that the form tells it beside its
    other faults. Silent about what the user may not see and about lines that cannot be read. Raises Refusal.
    """
    source = source_of_officer(by, source_id, at) if source_id is not None else None
    unit = source.agency_id if source else unit_id
    try:
        people = mapping_from(text, "people")
    except Refusal:
        return
    if source or unit in officer_units(by, day_of(at)):
        check_people(unit or 0, people, source.people if source else {}, day_of(at))


def check_person(unit_id: int, code: str, on: date) -> None:
    """Raises Refusal for the code of nobody there, typed for items that wait."""
    if unknown_codes(unit_id, [code], on):
        message = (
            f"Mã cán bộ: không có mã “{code}” ở đơn vị của nguồn và bên dưới. Hãy sửa mã, hoặc nhờ cán bộ tổ chức thêm "
            f"người trước."
        )
        raise Refusal("mapping.unknown", message, field="person")


def lost_people(unit_id: int, people: Mapping[str, str], on: date) -> list[str]:
    """Lines of the table whose code means nobody any more, as they are typed. What they name waits in the inbox."""
    unknown = set(unknown_codes(unit_id, people.values(), on))
    return [f"{outside} = {code}" for outside, code in sorted(people.items()) if code.upper() in unknown]
