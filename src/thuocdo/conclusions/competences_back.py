"""Taking back an import of who decides for whom: added rows go, those that ended for them hold again."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Model, ProtectedError

from thuocdo.accounts.models import User
from thuocdo.conclusions.competence_steps import repointed
from thuocdo.conclusions.models import Assessment, Competence
from thuocdo.intake.specs import Held, Rewind, Scope
from thuocdo.intake.written import day_text
from thuocdo.kernel.errors import Conflict
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Role, Unit
from thuocdo.organisation.queries import units_where
from thuocdo.organisation.rules import last_day
from thuocdo.rounds.books import LABELS

Before = Mapping[str, Held | None]


def _rows(scope: Scope) -> dict[str, Competence]:
    """Every row, ended ones too, of the units that the user looks after."""
    units = units_where(scope.data.user, Role.Kind.OFFICER, day_of(scope.data.at))
    rows = Competence.objects.filter(unit__in=units).select_related("unit").order_by("pk")
    return {str(row.pk): row for row in rows}


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    """All rows, as a new one ends another that the file need not name."""
    return {
        key: Held(
            f"{row.unit.name}, {LABELS[row.kind]}: {row.body}, từ {day_text(row.start)}",
            {"Ngày cuối": day_text(last_day(row.end))},
            {"end": row.end.isoformat() if row.end else ""},
        )
        for key, row in _rows(scope).items()
    }


def _stops(scope: Scope, before: Before) -> dict[str, str]:
    """A row stays by which somebody decided; a row that ended does not begin again beside a later one."""
    rows, found = _rows(scope), {}
    going = {key for key, held in before.items() if held is None}
    decided = Assessment.objects.filter(competence__in=[int(key) for key in going], state="decided")
    for one in decided.select_related("person", "subject").order_by("-pk"):
        who = one.subject.name if one.subject else one.person.full_name if one.person else ""
        found[str(one.competence_id)] = f"đã quyết định xếp loại theo dòng này ({who})"
    left = [row for key, row in rows.items() if key not in going or key in found]
    for key, held in before.items():
        if held is None:
            continue
        row, end = rows[key], held.state["end"]
        place = (row.unit_id, row.kind, row.role, row.party_kind)
        for other in left:
            alike = (other.unit_id, other.kind, other.role, other.party_kind) == place and other.pk != row.pk
            if alike and other.start >= row.start and (not end or other.start < date.fromisoformat(end)):
                found[key] = f"đã có dòng phân cấp như vậy từ {day_text(other.start)} ({other.body})"
    return found


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    rows = _rows(scope)
    units = sorted({rows[key].unit_id for key in keys if key in rows})
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=units).order_by("pk").values_list("pk"))
    mine = [rows[key].pk for key in keys if key in rows]  # before the assessments, as who ends a row on the page
    list(Competence.objects.select_for_update().filter(pk__in=mine).order_by("pk").values_list("pk"))


def _restore(scope: Scope, before: Before, by: User | None, at: datetime) -> tuple[list[Model], list[Model]]:
    """The rows, and the assessments that point to another body since."""
    rows = _rows(scope)
    back, gone = [], [rows[key] for key, held in before.items() if held is None]
    for key, held in before.items():
        if held is not None:
            end = held.state["end"]
            rows[key].end = date.fromisoformat(end) if end else None
            back.append(rows[key])
    pointing = list(Assessment.objects.filter(competence__in=[row.pk for row in gone]).order_by("pk"))
    for one in pointing:
        one.competence = None
    Assessment.objects.bulk_update(pointing, ["competence"], batch_size=500)
    try:
        Competence.objects.filter(pk__in=[row.pk for row in gone]).delete()
    except ProtectedError:
        raise Conflict("Có dòng đã được dùng ở nơi khác. Hãy bấm Hoàn tác lại để xem trước.") from None
    Competence.objects.bulk_update(back, ["end"], batch_size=500)
    moved = repointed([(row.unit, row.kind) for row in (*gone, *back)], at)
    touched = {one.pk for one in (*pointing, *moved)}
    return [*back, *Assessment.objects.filter(pk__in=touched).order_by("pk")], [*gone]


COMPETENCES_BACK = Rewind(_stand, _stops, _lock, _restore)
