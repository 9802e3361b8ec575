"""Writing a reorganisation: units, links, posts, roles and duties, in sets; then the rooms above follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.organisation.changes.followers import Change, followers
from thuocdo.organisation.changes.ledger import Ledger
from thuocdo.organisation.changes.planning import Wish
from thuocdo.organisation.changes.reading import Facts, living
from thuocdo.organisation.models import (
    ActingHead,
    Delegation,
    DeputyField,
    Employment,
    Role,
    Unit,
    UnitLink,
)

Tree = UnitLink.Tree


@dataclass(frozen=True)
class Applied:
    """What one application wrote."""

    ledger: Ledger
    units: int
    posts: int
    sheets: int


def apply_plan(facts: Facts, by: User, at: datetime) -> Applied:
    """Write a plan without problems. The caller holds the plan's lock and records the event."""
    ledger, start, worked = Ledger(), facts.plan.start, facts.outline
    made = ledger.create(
        Unit,
        [Unit(code=code, name=r.name, kind=r.kind, start=start, order=facts.units[r.old].order)
         for code, r in worked.made.items()],
    )
    ids = dict(facts.place.ids) | {unit.code: unit.pk for unit in made}
    _links(facts, ledger, ids)
    ledger.set([facts.units[pk] for pk in worked.ended], end=start)
    posts = _posts(facts, ledger, ids)
    _roles(facts, ledger, ids)
    _duties(facts, ledger, ids)
    ended = {old: tuple(ids[code] for code in worked.targets[old]) for old in worked.ended}
    moved = frozenset(ids[code] for code in (*worked.parents, *worked.managers) if code not in worked.made)
    change = Change(start, facts.plan.month_rule, by, at, ended, moved, posts)
    sheets = sum(follower.follow(change, ledger) for follower in followers())
    return Applied(ledger, len(made) + len(ended), len(posts), sheets)


def _links(facts: Facts, ledger: Ledger, ids: dict[str, int]) -> None:
    start, worked = facts.plan.start, facts.outline
    moving = {tree: {ids[c] for c in codes} for tree, codes in _wanted(facts).items()}
    open_links = list(UnitLink.objects.filter(living(start), start__lt=start))
    closing = [
        link for link in open_links
        if link.child_id in worked.ended or (link.child_id in moving.get(link.tree, set()))
        or link.parent_id in worked.ended
    ]
    ledger.set(closing, end=start)
    links = [
        UnitLink(tree=tree, child_id=ids[child], parent_id=ids[parent], start=start)
        for tree, pairs in _wanted(facts).items() for child, parent in pairs.items()
    ]
    links += [
        UnitLink(tree=Tree.SUCCESSION, child_id=old, parent_id=ids[code], start=start)
        for old, code in worked.keepers.items()
    ]
    ledger.create(UnitLink, links)


def _wanted(facts: Facts) -> dict[str, dict[str, str]]:
    """Child code to parent code by tree; an archive that an ended unit kept goes on to its own keeper."""
    worked, codes = facts.outline, facts.place.codes
    archives = UnitLink.objects.filter(living(facts.plan.start), tree=Tree.SUCCESSION, parent_id__in=worked.ended)
    handed = {codes[link.child_id]: worked.keepers[link.parent_id] for link in archives}
    return {Tree.STRUCTURE: worked.parents, Tree.MANAGEMENT: worked.managers, Tree.SUCCESSION: handed}


def _posts(facts: Facts, ledger: Ledger, ids: dict[str, int]) -> dict[int, int]:
    """Old posts end on the date and go on in the new unit; posts that begin later move before they begin."""
    start, wishes = facts.plan.start, facts.outline.wishes
    going = [facts.posts[pk] for pk in wishes]
    running = [p for p in going if p.start < start]
    successors = [_successor(p, wishes[p.pk], ids, facts) for p in running]
    made = ledger.create(Employment, successors)
    pairs = {old.pk: new.pk for old, new in zip(running, made, strict=True)}
    ledger.set(running, end=start)
    for post in (p for p in going if p.start >= start):
        wish = wishes[post.pk]
        ledger.set([post], unit_id=ids[wish.code], position=wish.position or post.position,
                   leadership=wish.leadership or post.leadership)
        pairs[post.pk] = post.pk
    return pairs


def _successor(post: Employment, wish: Wish, ids: dict[str, int], facts: Facts) -> Employment:
    return Employment(
        person_id=post.person_id, unit_id=ids[wish.code], kind=post.kind, task_group=post.task_group,
        position=wish.position or post.position, leadership=wish.leadership or post.leadership,
        start=facts.plan.start, end=post.end,
    )


def _roles(facts: Facts, ledger: Ledger, ids: dict[str, int]) -> None:
    """A role over a unit that goes on as one goes with it; over a split unit it goes to who keeps the papers, so that
    somebody can finish what is open there. The preview names them all."""
    start, worked = facts.plan.start, facts.outline
    roles = list(Role.objects.filter(living(start), unit_id__in=worked.ended))
    ledger.set([r for r in roles if r.start < start], end=start)
    later = [r for r in roles if r.start >= start]
    seen: set[tuple[int, int, str]] = set()
    made = []
    for role in (r for r in roles if r.start < start):
        key = (role.person_id, ids[worked.keepers[role.unit_id]], role.kind)
        if key not in seen:
            seen.add(key)
            made.append(Role(person_id=key[0], unit_id=key[1], kind=key[2], start=start, end=_was(ledger, role),
                             given_by_id=role.given_by_id))
    ledger.create(Role, made)
    for role in later:
        ledger.set([role], unit_id=ids[worked.keepers[role.unit_id]])


def _was(ledger: Ledger, row: Role | ActingHead | DeputyField) -> Any:
    """The end of a row before this act."""
    return type(row)._meta.get_field("end").to_python(ledger.before(row, "end"))


def _duties(facts: Facts, ledger: Ledger, ids: dict[str, int]) -> None:
    """Duties are given by a decision about one unit: they go on where the unit only changes its name, else they end."""
    worked, start = facts.outline, facts.plan.start
    renamed = {old for old in worked.ended if _only_renamed(worked.targets[old], worked.targets.values())}
    for model in (ActingHead, DeputyField):
        rows = list(model.objects.filter(living(start), unit_id__in=worked.ended, start__lt=start))
        _end_and_go_on(rows, renamed, facts, ledger, ids)
    covering = DeputyField.objects.filter(living(start), covers_unit_id__in=worked.ended, start__lt=start)
    ledger.set(covering.exclude(unit_id__in=worked.ended), end=start)
    ledger.set(Delegation.objects.filter(living(start), unit_id__in=worked.ended, start__lt=start), end=start)


def _end_and_go_on(
    rows: Sequence[Any], renamed: set[int], facts: Facts, ledger: Ledger, ids: dict[str, int]
) -> None:
    ledger.set(rows, end=facts.plan.start)
    made: dict[type[Any], list[Any]] = {}
    for row in (r for r in rows if r.unit_id in renamed):
        values = {f.attname: getattr(row, f.attname) for f in type(row)._meta.concrete_fields if not f.primary_key}
        values |= {"unit_id": ids[facts.outline.targets[row.unit_id][0]], "start": facts.plan.start}
        covered = values.get("covers_unit_id")
        if covered in renamed:
            values["covers_unit_id"] = ids[facts.outline.targets[covered][0]]
        elif covered in facts.outline.ended:
            continue
        made.setdefault(type(row), []).append(type(row)(**(values | {"end": _was(ledger, row)})))
    for model, fresh in made.items():
        ledger.create(model, fresh)


def _only_renamed(targets: tuple[str, ...], everybody: Iterable[tuple[str, ...]]) -> bool:
    return len(targets) == 1 and sum(targets[0] in other for other in everybody) == 1
