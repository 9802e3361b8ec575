"""Steps shared by the actions: take the row for this transaction, ask who is acting, leave the step."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.timezone import localdate, localtime

from thuocdo.accounts.models import User
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.typed import LONG_TEXT, Problems
from thuocdo.difficulties import access, rules
from thuocdo.difficulties.models import AcceptedReading, Difficulty, DifficultyStep
from thuocdo.kernel.errors import Forbidden, NotYours
from thuocdo.notices.actions import notify
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.models import Unit
from thuocdo.organisation.own_case import whom_to_ask
from thuocdo.organisation.queries import officer_units

Kind = DifficultyStep.Kind
RELATED = ("unit", "holder", "author", "changed_by", "answered_by", "merged_into")


def locked(difficulty_id: int, *more: int) -> Difficulty:
    """The difficulty, locked (with others, in key order) until the end of the transaction. Raises NotYours."""
    ids = sorted({difficulty_id, *more})
    list(Difficulty.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
    row = Difficulty.objects.select_related(*RELATED).filter(pk=difficulty_id).first()
    if row is None:
        raise NotYours()
    return row


def standing(row: Difficulty) -> rules.Standing:
    """What the rules need to know, times in local time; the author's name is not given away."""
    name = "Người nêu" if row.changed_by_id == row.author_id else row.changed_by.display_name
    return rules.Standing(row.pk, row.state, row.version, name, localtime(row.changed_at))


def require_holder(row: Difficulty, by: User, at: datetime, *, own: bool = False) -> None:
    """The officer of the unit that has it now, and nobody about the own difficulty unless `own`.

    Raises NotYours for who does not handle it at all, Forbidden for who no longer has it or raised it.
    """
    units = officer_units(by, localdate(at))
    if not Difficulty.objects.filter(access.handled_in(units), pk=row.pk).exists():
        raise NotYours()
    if row.holder_id not in units:
        raise Forbidden(
            f"Vướng mắc số {row.pk} đang ở {row.holder.name}, nên ông/bà không xử lý được. Nếu đơn vị ông/bà đã gửi "
            "lên và cần xử lý tiếp, hãy lấy lại trước."
        )
    if row.author_id == by.pk and not own:
        raise Forbidden(
            "Ông/bà không tự xử lý vướng mắc do chính mình nêu; có thể gửi cấp trên. " + whom_to_ask(row.holder, by, at)
        )


def move(row: Difficulty, name: str, by: User, at: datetime) -> None:
    """Take the named step of the state table; the version goes up. Raises Conflict. Not saved yet."""
    row.state = Difficulty.State(rules.MACHINE.target(name, row.state))
    row.version += 1
    row.changed_by, row.changed_at = by, at


def step(
    row: Difficulty, kind: Kind, by: User, at: datetime, *, text: str = "", from_unit: Unit | None = None
) -> DifficultyStep:
    """One line of the history, at the unit that has the difficulty now."""
    made = DifficultyStep(difficulty=row, kind=kind, text=text, from_unit=from_unit, to_unit=row.holder, by=by, at=at)
    made.save(force_insert=True)
    return made


def chain_for(row: Difficulty, at: datetime) -> str:
    """Key of the audit chain: that of the author's agency."""
    return chain_of(row.unit, day_of(at))


def texts(**fields: tuple[str, str, bool]) -> dict[str, str]:
    """Several typed texts (value, label, needed) in one normal form. Raises Refused with every problem."""
    problems = Problems()
    found = {
        name: problems.text(name, value, most=LONG_TEXT, label=label, needed=needed)
        for name, (value, label, needed) in fields.items()
    }
    if problems:
        raise Refused(problems)
    return found


def tell_authors(row: Difficulty, at: datetime, words: str) -> None:
    """A notice to the author and to the authors of what was merged into it, each with the own page."""
    for one in (row, *row.merged.select_related("author")):
        notify(
            users=[one.author],
            kind="difficulty.moved",
            path=f"/vuong-mac/{one.pk}/",
            at=at,
            text=f"Vướng mắc số {one.pk} ông/bà đã nêu: {words}"[:300],
        )


def tell_officers(row: Difficulty, units: Iterable[Unit | int], at: datetime, words: str, by: User) -> None:
    """A notice to the officers of these units, except to the one who acts."""
    on = localdate(at)
    users = {u.pk: u for unit in units for u in access.officers_of(unit, on) if u.pk != by.pk}
    notify(
        users=users.values(),
        kind="difficulty.to_handle",
        path=f"/to-chuc/vuong-mac/{row.pk}/",
        at=at,
        text=f"Vướng mắc số {row.pk} về {row.article_words}"[:200] + f": {words}"[:100],
    )


def end_reading(row: Difficulty, at: datetime) -> list[AcceptedReading]:
    """The reading that was published for this difficulty no longer stands; it stays on the record."""
    ended = list(row.readings.filter(ended_at=None))
    for reading in ended:
        reading.ended_at = at
        reading.save(update_fields=["ended_at"])
    return ended
