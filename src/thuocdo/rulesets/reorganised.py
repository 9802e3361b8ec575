"""Rule bindings follow a reorganisation where that is clear: every old unit had recorded the same choice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from thuocdo.organisation.changes.followers import Change, Counted
from thuocdo.organisation.changes.ledger import Ledger
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import on_day
from thuocdo.rulesets.models import Binding
from thuocdo.rulesets.periods import as_stored, spans_of

Key = tuple[str, str]
"""Kind of people and kind of period."""


class Bindings:
    """Follower of `organisation.changes`: carries what is the same, names what must be recorded anew."""

    def concerned(self, change: Change) -> Counted:
        """Nothing to count: the old units' names are read."""
        return {}

    def foresee(self, change: Change, counts: Mapping[str, int]) -> tuple[list[str], bool]:
        """One sentence for each old unit that has recorded a rule of its own."""
        rows = Binding.objects.filter(on_day(change.start), unit_id__in=change.ended).select_related("unit")
        names = sorted({b.unit.name for b in rows})
        if not names:
            return [], False
        return [
            f"{len(names)} đơn vị cũ có ghi quy định áp dụng riêng ({'; '.join(names[:5])}). Đơn vị kế tiếp nhận "
            "quy định khi mọi đơn vị cũ của nó ghi giống nhau; nếu khác nhau, hãy ghi lại sau khi áp dụng."
        ], False

    def follow(self, change: Change, ledger: Ledger) -> int:
        """A successor gets the binding that all its old units share, from the date."""
        olds: dict[int, list[int]] = defaultdict(list)
        for old, successors in change.ended.items():
            for new in successors:
                olds[new].append(old)
        fresh = set(Unit.objects.filter(pk__in=olds, start=change.start).values_list("pk", flat=True))
        held: dict[int, dict[Key, Binding]] = defaultdict(dict)
        for row in Binding.objects.filter(on_day(change.start), unit_id__in=change.ended).order_by("start", "pk"):
            held[row.unit_id].update(dict.fromkeys(((row.subject_kind, span) for span in spans_of(row)), row))
        made = [b for new in sorted(fresh) for b in _shared(new, [held.get(old, {}) for old in olds[new]], change)]
        ledger.create(Binding, made)
        return 0


def _shared(new: int, found: list[dict[Key, Binding]], change: Change) -> Iterable[Binding]:
    """What all old units had recorded alike for a kind of people in a kind of period; one row where it is one rule."""
    same: dict[tuple[str, str, tuple[str, ...]], tuple[Binding, set[str]]] = {}
    for (kind, span), row in sorted(found[0].items(), key=lambda item: item[0]):
        others = [each.get((kind, span)) for each in found[1:]]
        if all(o is not None and (o.rulebook, o.overlays) == (row.rulebook, row.overlays) for o in others):
            same.setdefault((kind, row.rulebook, tuple(row.overlays)), (row, set()))[1].add(span)
    for (kind, rulebook, overlays), (row, spans) in same.items():
        yield Binding(
            unit_id=new, subject_kind=kind, rulebook=rulebook, overlays=list(overlays),
            periods=as_stored(frozenset(spans)), start=change.start, decided_by=row.decided_by, reason=row.reason,
            recorded_by=change.by,
        )
