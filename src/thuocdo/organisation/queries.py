"""Reads of units and people, as they stood on a day. What a user may not see is answered with NotYours."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, Q, QuerySet, Value, When

from thuocdo.accounts.models import User
from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.once import once
from thuocdo.kernel.text import clean, fold
from thuocdo.organisation.below import STRUCTURE, SUCCESSION, Links, roots_below
from thuocdo.organisation.compiled import asked_once, joined_once
from thuocdo.organisation.folded import holding
from thuocdo.organisation.kept import forest_of
from thuocdo.organisation.models import ActingHead, Delegation, Employment, Person, PersonMerge, Role, Unit, UnitLink
from thuocdo.organisation.rules import MAX_DEPTH, Forest, permissions_from

_WALK = """
WITH RECURSIVE walk(id, depth) AS (
  SELECT id, 0 FROM organisation_unit WHERE id IN ({roots})
  UNION
  SELECT l.{to}, w.depth + 1 FROM organisation_unitlink l JOIN walk w ON l.{come} = w.id
  WHERE l.tree IN (%s, %s) AND l.start <= %s AND (l."end" IS NULL OR l."end" > %s) AND w.depth < %s
)
"""
FEW_UNITS = 1000
"""Up to so many units their people are few: the database reads them all to find one."""
_NO_LETTERS = re.compile(r"[0-9 ._/-]+")
_NEAREST_FIRST = "SELECT id, MIN(depth) FROM walk GROUP BY id ORDER BY 2, 1"


def on_day(on: date, prefix: str = "") -> Q:
    """Condition: the dated row holds on that day (half-open)."""
    return Q(**{f"{prefix}start__lte": on}) & (
        Q(**{f"{prefix}end__isnull": True}) | Q(**{f"{prefix}end__gt": on})
    )


def _id(unit: Unit | int) -> int:
    return unit if isinstance(unit, int) else unit.pk


def above(unit_id: int, on: date, tree: str = UnitLink.Tree.STRUCTURE) -> list[int]:
    """Ids of the unit itself and of those above it in a tree, nearest first. One query."""
    day = on.isoformat()
    with connection.cursor() as cursor:
        cursor.execute(
            _WALK.format(roots="%s", to="parent_id", come="child_id") + _NEAREST_FIRST,
            [unit_id, tree, tree, day, day, MAX_DEPTH],
        )
        return [row[0] for row in cursor.fetchall()]


def _below(roots: Collection[int] | QuerySet[Any, Any], on: date, *trees: str) -> set[int]:
    """Unit ids reached downwards from the roots (ids, or a query that gives them) in any of the trees. One query."""
    if isinstance(roots, QuerySet):
        inner, given = roots.query.get_compiler(connection=connection).as_sql()
    elif roots:
        inner, given = ",".join(str(int(r)) for r in roots), ()
    else:
        return set()
    found, links = roots_below(f"SELECT '', 0, id FROM organisation_unit WHERE id IN ({inner})", given, on)
    return set().union(*(links.below(unit, trees) for _, _, unit in found))


def ancestors(unit: Unit | int, on: date, *, tree: str = UnitLink.Tree.STRUCTURE) -> list[Unit]:
    """The unit itself, then the units above it, nearest first. Two queries."""
    order = above(_id(unit), on, tree)
    rows = Unit.objects.in_bulk(order)
    return [rows[i] for i in order]


def descendants(
    unit: Unit | int | Iterable[int] | QuerySet[Any, Any], on: date, *, tree: str = UnitLink.Tree.STRUCTURE
) -> set[int]:
    """Ids of the unit (or units, or of what a query of ids gives) and everything below. One query."""
    if isinstance(unit, QuerySet):
        return _below(unit, on, tree)
    roots = {_id(unit)} if isinstance(unit, (Unit, int)) else set(unit)
    return _below(roots, on, tree)


def forest(on: date, *, tree: str = UnitLink.Tree.STRUCTURE) -> Forest:
    """The whole tree on a day, for work on many units at once, as everybody is given it. One query."""
    return forest_of(on, str(tree))


def moving_days(first: date, last: date) -> list[date]:
    """The days after the first, up to the last, on which the structure is another than the day before. One query."""
    links = UnitLink.objects.filter(tree=UnitLink.Tree.STRUCTURE).order_by()
    days = links.filter(start__gt=first, start__lte=last).values_list("start")
    ended = links.filter(end__gt=first, end__lte=last).values_list("end")
    return sorted(day for (day,) in days.union(ended))


def agency_of(unit: Unit | int, on: date) -> Unit | None:
    """The employing agency (cơ quan sử dụng): the unit itself or the nearest one above it that is an
    agency.
    """
    return next((u for u in ancestors(unit, on) if u.kind == Unit.Kind.AGENCY), None)


def managing_unit_of(unit: Unit | int, on: date) -> Unit | None:
    """The managing agency (cơ quan quản lý công chức) of the unit, stated on it or on the nearest unit
    above.
    """
    path = above(_id(unit), on, UnitLink.Tree.STRUCTURE)
    links = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.MANAGEMENT, child_id__in=path)
    parents = {link.child_id: link.parent for link in links.select_related("parent")}
    return next((parents[i] for i in path if i in parents), None)


def head_post(unit: Unit | int, on: date) -> Employment | None:
    """The post of the unit's head (người đứng đầu) on that day."""
    posts = Employment.objects.filter(on_day(on), unit_id=_id(unit), leadership=Employment.Leadership.HEAD)
    return posts.select_related("person__user", "unit").order_by("-start").first()


def head_ids(unit: Unit | int, on: date) -> list[int]:
    """Ids of the people heading exactly this unit on that day: who acts as head, else who holds the post.

    More than one is an error of the record, which the pages ask to mend.
    """
    acting = ActingHead.objects.filter(on_day(on), unit_id=_id(unit)).values_list(Value("acting"), "person_id")
    posts = Employment.objects.filter(on_day(on), unit_id=_id(unit), leadership=Employment.Leadership.HEAD)
    found = list(acting.union(posts.values_list(Value("post"), "person_id")))
    return sorted({pk for what, pk in found if what == "acting"} or {pk for _, pk in found})


def last_heads(unit: Unit) -> list[int]:
    """Ids of the people who headed the unit on its last day; nobody while it goes on."""
    return head_ids(unit, unit.end - timedelta(days=1)) if unit.end else []


def head_of(unit: Unit | int, on: date) -> Person | None:
    """Who heads exactly this unit on that day (acting heads before holders of the post); nobody is inherited."""
    found = head_ids(unit, on)
    return Person.objects.select_related("user").get(pk=found[0]) if found else None


def headed_exactly(user: User, on: date) -> set[int]:
    """Ids of the units the user heads on that day, as acting head or by the post where nobody acts. One query."""
    acting = ActingHead.objects.filter(on_day(on))
    mine = {"person__user_id": user.pk, "person__user__is_active": True}
    posts = Employment.objects.filter(on_day(on), leadership=Employment.Leadership.HEAD, **mine)
    by_post = posts.exclude(unit_id__in=acting.values("unit_id")).values_list("unit_id")
    return {unit for (unit,) in acting.filter(**mine).values_list("unit_id").union(by_post)}


def heads(units: Collection[int], on: date) -> dict[int, Employment]:
    """Head post of each of the units that has one. One query."""
    posts = Employment.objects.filter(on_day(on), unit_id__in=units, leadership=Employment.Leadership.HEAD)
    return {p.unit_id: p for p in posts.select_related("person", "unit").order_by("start")}


def person_of(user: User) -> Person | None:
    """The person an account belongs to; accounts of the operator belong to nobody."""
    return Person.objects.filter(user_id=user.pk).first() if user.pk else None


def main_posts(user: User, on: date) -> QuerySet[Employment]:
    """The posts of a user on a day: a leading one first, then the latest begun."""
    posts = Employment.objects.filter(on_day(on), person__user_id=user.pk).select_related("unit", "person")
    leading = Case(When(leadership=Employment.Leadership.NONE, then=1), default=0)
    return posts.order_by(leading, "-start", "pk")


def main_post(user: User, on: date) -> Employment | None:
    """The post by which a user is introduced on a day: the first of `main_posts`."""
    return main_posts(user, on).first()


def permissions(user: User, on: date) -> frozenset[Permission]:
    """What the user may do on that day. One query."""
    return permissions_by(user, asked_once(standing_of, user, on))


def permissions_by(user: User, standing: Iterable[tuple[str, str]]) -> frozenset[Permission]:
    """The same by the rows of `standing_of`. No query."""
    facts: dict[str, list[str]] = {"person": [], "post": [], "role": [], "act": []}
    for what, value in standing:
        facts[what].append(value)
    return permissions_from(
        active=user.is_active, is_person=bool(facts["person"]), leaderships=facts["post"], roles=facts["role"],
        acts=facts["act"],
    )


def standing_of(user: User, on: date) -> list[QuerySet[Any, Any]]:
    """What somebody is: a person, holder of posts and roles, acting for heads (what, value)."""
    mine = {"person__user_id": user.pk}
    delegated = Delegation.objects.filter(on_day(on), delegate__user_id=user.pk)
    return [
        Person.objects.filter(user_id=user.pk).order_by().values_list(Value("person"), Value("")),
        Employment.objects.filter(on_day(on), **mine).order_by().values_list(Value("post"), "leadership"),
        Role.objects.filter(on_day(on), **mine).order_by().values_list(Value("role"), "kind"),
        ActingHead.objects.filter(on_day(on), **mine).order_by().values_list(Value("post"), Value("head")),
        delegated.order_by().values_list(Value("act"), "act"),
    ]


@dataclass(frozen=True)
class Duties:
    """What somebody does in which units: a kind of role, `head` or `deputy` by a post, `acting` for a head, `assign`
    for a head who delegated it; and the links of the day."""

    units: Mapping[str, frozenset[int]]
    links: Links

    def over(self, *what: str) -> frozenset[int]:
        """The units themselves."""
        return frozenset().union(*(self.units.get(one, ()) for one in what))

    def below(self, *what: str, before: bool = False) -> set[int]:
        """With everything below, and with `before` what these took over from."""
        trees = (STRUCTURE, SUCCESSION) if before else (STRUCTURE,)
        return set().union(*(self.links.below(unit, trees) for unit in self.over(*what)))


LED = ("head", "deputy", "acting")


def duties(user: User, on: date) -> Duties:
    """One query, however many of these a page asks for."""
    found: dict[str, set[int]] = {}
    roots, links = roots_below(*joined_once((_duties,), user, on), on)
    for what, _, unit in roots:
        found.setdefault(what, set()).add(unit)
    return Duties({what: frozenset(units) for what, units in found.items()}, links)


def _duties(user: User, on: date) -> list[QuerySet[Any, Any]]:
    mine = {"person__user_id": user.pk, "person__user__is_active": True}
    posts = Employment.objects.filter(on_day(on), **mine).exclude(leadership=Employment.Leadership.NONE)
    given = Delegation.objects.filter(on_day(on), delegate__user_id=user.pk, delegate__user__is_active=True)
    assigned = given.filter(act=Delegation.Act.ASSIGN, covers__unit__isnull=False)
    return [
        Role.objects.filter(on_day(on), **mine).order_by().values_list("kind", Value(0), "unit_id"),
        posts.order_by().values_list("leadership", Value(0), "unit_id"),
        ActingHead.objects.filter(on_day(on), **mine).order_by().values_list(Value("acting"), Value(0), "unit_id"),
        assigned.order_by().values_list(Value("assign"), Value(0), "covers__unit_id"),
    ]


def units_where(user: User, role: str, on: date) -> set[int]:
    """Ids of the units over which the user holds the role on that day, with everything below them. One
    query.
    """
    return units_where_any(user, (role,), on)


def units_where_any(user: User, roles: Collection[str], on: date) -> set[int]:
    """Ids of the units over which the user holds at least one of the roles, with everything below and the units that
    these took over from (their periods and papers). One query."""
    return duties(user, on).below(*roles, before=True)


def roles_over(user: User, unit_id: int, on: date) -> frozenset[str]:
    """Kinds of role that the user holds over one unit on that day: the unit is in `units_where` of each. One query,
    upwards, where the city's officer has 6,000 units below, also for a page that asks the same again."""
    return once((roles_over, user.pk, unit_id, on), lambda: _roles_over(user, unit_id, on))


def _roles_over(user: User, unit_id: int, on: date) -> frozenset[str]:
    mine = Role.objects.filter(on_day(on), person__user_id=user.pk, person__user__is_active=True).order_by()
    held, given = mine.values_list("unit_id", "kind").query.get_compiler(connection=connection).as_sql()
    walk, day, tree = _WALK.format(roots="%s", to="parent_id", come="child_id"), on.isoformat(), UnitLink.Tree
    with connection.cursor() as cursor:
        cursor.execute(
            f"{walk}, held(unit_id, kind) AS ({held}) SELECT DISTINCT kind FROM held JOIN walk ON id = unit_id",
            [unit_id, tree.STRUCTURE, tree.SUCCESSION, day, day, MAX_DEPTH, *given],
        )
        return frozenset(kind for (kind,) in cursor.fetchall())


def looks_after(user: User, unit_id: int, on: date) -> bool:
    """Whether the user is organisation officer of this unit on that day. One query."""
    return Role.Kind.OFFICER in roles_over(user, unit_id, on)


def units_headed(user: User, on: date) -> set[int]:
    """Ids of the units whose head, acting head or deputy the user is on that day, with everything below them.
    One query.
    """
    return duties(user, on).below(*LED)


def officer_units(user: User, on: date) -> set[int]:
    """Ids of the units the user looks after as organisation officer on that day."""
    return units_where(user, Role.Kind.OFFICER, on)


def task_units(user: User, on: date) -> set[int]:
    """Ids of the units in which the user assigns tasks: as task giver, head or deputy, or for the head who delegated
    it. One query."""
    held = duties(user, on)
    return held.below(Role.Kind.TASK_GIVER, before=True) | held.below(*LED, "assign")


def roots_for_officer(user: User, on: date) -> list[Unit]:
    """The units over which the user was directly made organisation officer."""
    roles = Role.objects.filter(on_day(on), person__user_id=user.pk, kind=Role.Kind.OFFICER)
    return list(Unit.objects.filter(pk__in=roles.values("unit_id")).order_by("order", "code"))


def find_people(people: QuerySet[Person], typed: str, *, few: bool = False) -> QuerySet[Person]:
    """People whose folded name contains what was typed, or whose staff code (or a code merged into it) begins so. Of
    `few` people each is looked at, of many the words are looked for first."""
    text = clean(typed)
    if not text:
        return people
    merged = PersonMerge.objects.filter(approved_at__isnull=False, dropped__code__istartswith=text)
    if few:
        same = max(_NO_LETTERS.findall(text), key=len, default="")  # capitals cost more to compare than all the rest
        begun = Q(code__istartswith=text, code__contains=same) if same else Q(code__istartswith=text)
        said = Q(search_key__contains=fold(text)) | begun
        return people.filter(said | Q(pk__in=list(merged.values_list("kept_id", flat=True))))
    named, coded = Person.objects.filter(holding(fold(text))), Person.objects.filter(code__istartswith=text)
    found = named.values("pk").union(coded.values("pk"), merged.values("kept_id"))
    return people.filter(pk__in=found)  # each by its own index; "or" would be taken for a half


def people_for_officer(
    user: User, on: date, typed: str = "", *, units: Collection[int] | None = None
) -> QuerySet[Person]:
    """People with a past, present or coming post in the officer's units, in Vietnamese name order.

    `units` are the officer's units where the caller has read them already.
    """
    posts = Employment.objects.filter(unit_id__in=officer_units(user, on) if units is None else units)
    people = Person.objects.filter(pk__in=posts.values("person_id")).select_related("user")
    return find_people(people, typed, few=units is not None and len(units) <= FEW_UNITS).order_by("sort_key", "code")


def person_for_officer(user: User, person_id: int, on: date) -> Person:
    """One of the officer's people. Raises NotYours."""
    person = people_for_officer(user, on).filter(pk=person_id).first()
    if person is None:
        raise NotYours()
    return person


def officers_to_call(user: User, on: date) -> list[Role]:
    """Organisation officers who look after the user's unit, nearest unit first: whom the help page names."""
    post = main_post(user, on)
    if post is None:
        return []
    path = [unit.pk for unit in ancestors(post.unit, on)]
    roles = Role.objects.filter(on_day(on), kind=Role.Kind.OFFICER, unit_id__in=path)
    return sorted(
        roles.select_related("person", "unit"), key=lambda r: (path.index(r.unit_id), r.person.sort_key)
    )
