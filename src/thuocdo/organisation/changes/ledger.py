"""Set-based writes of one act, remembered so that the act can be taken back while nothing was built on it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timezone
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Model, ProtectedError

from thuocdo.audit.digests import digest
from thuocdo.kernel.errors import Conflict

M = TypeVar("M", bound=Model)
BATCH = 500
BUILT_ON = (
    "Không hoàn tác được nữa: từ lúc áp dụng đã có thay đổi mới dựa vào (phiếu, vị trí hoặc dữ liệu khác). Hãy ghi "
    "phần cần sửa bằng một lần thay đổi mới."
)


class Ledger:
    """Rows made and changed by one act. `rows` go into its event, `effects()` into its record."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], Model] = {}
        self._made: dict[str, list[int]] = {}
        self._changed: dict[str, dict[str, dict[str, list[Any]]]] = {}

    def create(self, model: type[M], rows: Sequence[M]) -> list[M]:
        """Add the rows in sets."""
        made = model._default_manager.bulk_create(rows, batch_size=BATCH)
        label = model._meta.label_lower
        self._made.setdefault(label, []).extend(row.pk for row in made)
        self.rows |= {(label, row.pk): row for row in made}
        return made

    def set(self, rows: Iterable[M], **values: Any) -> None:
        """Give all the rows the same values, in sets; nothing happens where there are none."""
        found = list(rows)
        if not found:
            return
        model = type(found[0])
        label = model._meta.label_lower
        notes = self._changed.setdefault(label, {})
        for row in found:
            note = notes.setdefault(str(row.pk), {})
            for name, value in values.items():
                note[name] = [note.get(name, [_plain(getattr(row, name))])[0], _plain(value)]
                setattr(row, name, value)
            self.rows[label, row.pk] = row
        for start in range(0, len(found), BATCH):
            keys = [row.pk for row in found[start : start + BATCH]]
            model._default_manager.filter(pk__in=keys).update(**values)

    def before(self, row: Model, name: str) -> Any:
        """What a column held before this act, as JSON."""
        note = self._changed.get(row._meta.label_lower, {}).get(str(row.pk), {})
        return note[name][0] if name in note else _plain(getattr(row, name))

    def effects(self) -> dict[str, Any]:
        """What was made and changed, as JSON: enough to take it back and to see whether anything moved since."""
        made = {label: {str(key): digest(self.rows[label, key]) for key in keys} for label, keys in self._made.items()}
        return {"made": made, "changed": self._changed}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def take_back(effects: dict[str, Any]) -> tuple[list[Model], list[Model]]:
    """Restore what was changed and remove what was made. Returns (changed rows, removed rows). Raises Conflict where
    something was built on it meanwhile."""
    restored: list[Model] = []
    for label, notes in effects.get("changed", {}).items():
        model = apps.get_model(label)
        keys = [int(key) for key in notes]
        rows = {row.pk: row for row in _chunks(model, keys, lock=True)}
        groups: dict[str, tuple[dict[str, Any], list[Model]]] = {}
        for key, note in notes.items():
            row = rows.get(int(key))
            if row is None or any(_plain(getattr(row, name)) != new for name, (_, new) in note.items()):
                raise Conflict(BUILT_ON)
            old = {name: _typed(model, name, before) for name, (before, _) in note.items()}
            groups.setdefault(repr(sorted(old.items())), (old, []))[1].append(row)
        for old, members in groups.values():
            undo = Ledger()
            undo.set(members, **old)
            restored += members
    return restored, _removed(effects.get("made", {}))


def _removed(made: dict[str, dict[str, str]]) -> list[Model]:
    gone: list[Model] = []
    for label in _pointing_first(made):
        known, model = made[label], apps.get_model(label)
        keys = [int(key) for key in known]
        rows = _chunks(model, keys, lock=True)
        if {str(row.pk): digest(row) for row in rows} != known:
            raise Conflict(BUILT_ON)
        gone += [model(**{f.attname: getattr(r, f.attname) for f in model._meta.concrete_fields}) for r in rows]
        try:
            for start in range(0, len(keys), BATCH):
                model._default_manager.filter(pk__in=keys[start : start + BATCH]).delete()
        except ProtectedError as error:
            raise Conflict(BUILT_ON) from error
    return gone


def _pointing_first(labels: Iterable[str]) -> list[str]:
    """Tables in an order in which rows can go: those that point to others first (a stored object has no order)."""
    left, order = {label: apps.get_model(label) for label in labels}, []
    while left:
        aimed = {f.related_model for m in left.values() for f in m._meta.concrete_fields if f.related_model is not m}
        free = sorted(label for label, model in left.items() if model not in aimed) or sorted(left)
        order += free
        left = {label: model for label, model in left.items() if label not in free}
    return order


def _chunks(model: type[Model], keys: Sequence[int], *, lock: bool) -> list[Model]:
    found: list[Model] = []
    for start in range(0, len(keys), BATCH):
        rows = model._default_manager.filter(pk__in=keys[start : start + BATCH]).order_by("pk")
        found += rows.select_for_update() if lock else rows
    return found


def _typed(model: type[Model], name: str, value: Any) -> Any:
    columns = {f.attname: f for f in model._meta.concrete_fields}
    return columns[name].to_python(value) if value is not None else None
