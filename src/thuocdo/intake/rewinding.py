"""Taking back an import of steps and decisions: a row is put back as it was kept, or stays, with the reason.

The rows of such a list are more than their cells (a step taken, a task that came of it), so what they held is kept
beside the batch by `Spec.rewind`, before and after writing. A row that differs since from what was kept is left alone.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.reading import keys_in
from thuocdo.intake.specs import CHANGED, CONFLICT, CREATED, ENDED, Effect, Held, Plan, Problem, Rewind, Scope, Spec
from thuocdo.intake.workbook import Sheet
from thuocdo.kernel.errors import Conflict

STAYS = "Không hoàn tác dòng này."


@dataclass(frozen=True)
class Kept:
    """A row that an import changed; `before` is None for one that it added, `after` for one that it took out."""

    key: str
    before: Held | None
    after: Held | None

    @property
    def name(self) -> str:
        held = self.after or self.before
        assert held is not None, "a row stood before or after"
        return held.name

    def stands(self, now: Mapping[str, Held]) -> bool:
        """Whether nobody changed it since."""
        here = now.get(self.key)
        if here is None or self.after is None:
            return here is self.after
        return here.state == self.after.state


@dataclass(frozen=True)
class Remembered:
    """What the rows of a file hold before it is written."""

    rewind: Rewind
    named: frozenset[str]
    held: Mapping[str, Held]

    def kept(self, where: Scope) -> str:
        """The rows that hold something else now, to be stored with the batch; empty where there are none."""
        now = self.rewind.stand(where, self.named)
        rows = [
            Kept(key, self.held.get(key), after)
            for key, after in now.items()
            if key not in self.held or self.held[key].state != after.state
        ]
        if self.rewind.takes_away:
            rows += [Kept(key, before, None) for key, before in self.held.items() if key not in now]
        return canonical([astuple(row) for row in rows]) if rows else ""


def remembered(spec: Spec, rewind: Rewind, where: Scope, sheet: Sheet) -> Remembered:
    """Before writing. The rows of a file are named by the first key of the list, as the list reads it; they are held
    before they are read, so that nothing of a page comes in between and passes for the file's."""
    named = frozenset(str(key) for (key,) in keys_in(sheet, spec, 1))
    rewind.lock(where, named)
    return Remembered(rewind, named, rewind.stand(where, named))


def kept_rows(batch: ImportBatch) -> list[Kept]:
    """What was kept of an applied batch, or what an undo is to put back."""
    rows = json.loads(batch.before)
    return [Kept(key, before and Held(*before), after and Held(*after)) for key, before, after in rows]


def rewind_sheet(batch: ImportBatch) -> Sheet:
    """The rows as the sheet of an undo, numbered from 2."""
    return Sheet(("Dòng",), tuple((n, (row.key,)) for n, row in enumerate(kept_rows(batch), start=2)))


def plan_back(rewind: Rewind, where: Scope, batch: ImportBatch, skip: frozenset[int]) -> Plan[list[Kept]]:
    """What an undo does with each row but those of `skip`; a problem where a row cannot go back without one of them."""
    plan: Plan[list[Kept]] = Plan([], [], [])
    rows = dict(enumerate(kept_rows(batch), start=2))
    now = rewind.stand(where, frozenset(row.key for row in rows.values()))
    same = {n: row for n, row in rows.items() if row.stands(now)}
    stops = _stops(rewind, where, same.values())
    chosen = {n: row for n, row in same.items() if n not in skip}
    alone = _stops(rewind, where, chosen.values()) if skip else stops
    for number, row in rows.items():
        name = row.name
        if number in skip:
            continue
        if row.after is not None and row.key not in now:
            plan.effects.append(Effect(number, CONFLICT, f"{name}: dòng này không còn trong phạm vi. {STAYS}"))
        elif number not in same:
            said = _told(row.after, now[row.key], "khi nhập") if row.after is not None else ""
            why = f"có người đã làm tiếp hoặc sửa từ khi nhập{said and f' ({said})'}"
            plan.effects.append(Effect(number, CONFLICT, f"{name}: {why}. {STAYS}"))
        elif row.key in stops:
            plan.effects.append(Effect(number, CONFLICT, f"{name}: {stops[row.key]}. {STAYS}"))
        elif row.key in alone:
            plan.problems.append(Problem(number, "", name, f"{name}: {alone[row.key]}."))
        else:
            plan.work.append(row)
            plan.effects.append(_effect(number, row, rewind))
    return plan


def _stops(rewind: Rewind, where: Scope, rows: Iterable[Kept]) -> Mapping[str, str]:
    return rewind.stops(where, {row.key: row.before for row in rows})


def _effect(number: int, row: Kept, rewind: Rewind) -> Effect:
    if row.before is None:
        return Effect(number, ENDED, f"{row.name}: {rewind.added_goes}")
    if row.after is None:
        return Effect(number, CREATED, f"{row.name}: đưa lại dòng đã bỏ")
    back = [
        f"{title}: {row.after.told.get(title) or 'trống'} → {text or 'trống'}"
        for title, text in row.before.told.items()
        if row.after.told.get(title) != text
    ]
    return Effect(number, CHANGED, f"{row.before.name}: {'; '.join(back) or 'trở lại như trước khi nhập'}")


def _told(then: Held, now: Held, when: str) -> str:
    return "; ".join(
        f"{title}: {when} “{then.told.get(title, '')}”, nay “{text}”"
        for title, text in now.told.items()
        if then.told.get(title) != text
    )


def put_back(
    rewind: Rewind, where: Scope, rows: Sequence[Kept], by: User | None, at: datetime
) -> tuple[list[Model], list[Model]]:
    """The chosen rows as they stood: those written and those deleted. Raises Conflict where one moved meanwhile, or may
    no more become what it was: both are asked again once the rows are held."""
    keys = frozenset(row.key for row in rows)
    if not rows:
        return [], []
    rewind.lock(where, keys)
    now = rewind.stand(where, keys)
    moved = [row.name for row in rows if not row.stands(now)]
    if moved:
        raise Conflict(f"Có người vừa làm tiếp ở: {'; '.join(moved[:5])}. Hãy bấm Hoàn tác lại để xem trước.")
    stops = _stops(rewind, where, rows)
    if stops:
        said = "; ".join(f"{row.name}: {stops[row.key]}" for row in rows if row.key in stops)
        raise Conflict(f"Chưa hoàn tác gì, vì vừa có thay đổi: {said}. Hãy bấm Hoàn tác lại để xem trước.")
    return rewind.restore(where, {row.key: row.before for row in rows}, by, at)
