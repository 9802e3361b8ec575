"""What an inspector (or the officer) takes out of a period: sheets, versions and who looked; read within scope only."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import officer_or_inspector
from thuocdo.appraisals.models import BEING_MADE, Confirmation, Sheet, SheetCount, sheet_made
from thuocdo.appraisals.shapes import shape_with
from thuocdo.audit.models import EventObject
from thuocdo.cycles.models import Cycle, Member
from thuocdo.intake.written import moment_text
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import fold
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.models import Person, Role
from thuocdo.organisation.queries import units_where, units_where_any
from thuocdo.rulesets.versions import past_book

FOUND, FEW, ENOUGH, SHOWN = 50, 1000, 200, 24
BATCH = 500
LOOKS = ("sheet.viewed", "sheet.year_viewed", "sheet.what_if_viewed", "sheet.bundle_taken", "sheet.paper_opened")
HEADER = (
    "Mã cán bộ", "Họ và tên", "Đơn vị", "Chức vụ", "Tình trạng", "Trạng thái phiếu", "Người đánh giá", "Phiên bản",
    "Đang có hiệu lực", "Điểm", "Điểm chính xác", "Mã mức", "Người xác nhận", "Xác nhận lúc", "Lý do thay thế",
    "Bộ quy tắc (SHA-256)", "Đã xem",
)  # fmt: skip
HEADER_TO_READ = tuple("Mức" if name == "Mã mức" else name for name in HEADER)


@dataclass(frozen=True)
class Found:
    """What a search gives: sheets of people whose name or code holds the words, newest period first. Of the `partial`
    ones among the periods only the units that the user inspects."""

    typed: str
    sheets: tuple[Sheet, ...]
    more: bool
    cycles: tuple[Cycle, ...]
    partial: frozenset[int] = frozenset()


def inspect(user: User, typed: str, on: date) -> Found:
    """Sheets within scope by name (without diacritics) or code, at most `FOUND`; and the periods to take out."""
    roots = units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), on)
    cycles = Cycle.objects.filter(root__among=roots).select_related("root").order_by("-year", "-number", "pk")
    words = fold(typed)
    units = units_where(user, Role.Kind.INSPECTOR, on)
    counted = SheetCount.objects.filter(cycle=OuterRef("pk"), unit__among=units)
    above = Cycle.objects.exclude(root__among=roots).filter(Exists(counted)).select_related("root") if units else []
    partial = sorted(above, key=_age)[:SHOWN]
    newest = sorted((*cycles[:SHOWN], *partial), key=_age)[:SHOWN]
    scopes = [Q(cycle__root__in=roots), *([Q(member__unit__in=units)] if partial else [])]
    named = frozenset(one.pk for one in partial)
    last = [one for one in newest if (one.year, one.number) == (newest[0].year, newest[0].number)]
    whole = Q(cycle__in=[one.pk for one in last if one.pk not in named])
    parts = Q(cycle__in=[one.pk for one in last if one.pk in named], member__unit__in=units)
    sheets = _sheets(scopes, whole, parts, words.split()) if words else []
    return Found(typed, tuple(sheets[:FOUND]), len(sheets) > FOUND, tuple(newest), named)


def _age(cycle: Cycle) -> tuple[int, int, int]:
    return -cycle.year, -cycle.number, cycle.pk


def _sheets(scopes: Sequence[Q], whole: Q, parts: Q, words: Sequence[str]) -> list[Sheet]:
    """The first sheets of these people in any of the scopes, newest period first. Rare words are looked for by the
    people, common ones in the newest periods alone (read in `whole` or in `parts`) as long as these fill the page: else
    every sheet of a city would be sorted. Told of two scopes at once, the database reads all members. Six queries.
    """
    people = Person.objects.order_by()
    coded = _coded(words)
    for word in words:
        people = people.filter(Q(search_key__contains=word) | Q(pk__in=coded.get(word, ())))
    few = list(people.order_by("pk").values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return _first(scopes, Q(person__in=few))
    found = _first([whole & Q(person__in=few[:ENOUGH]), parts & Q(person__in=people)], Q())
    return found if len(found) > FOUND else _first(scopes, Q(person__in=people))


def _coded(words: Sequence[str]) -> dict[str, list[int]]:
    """Whose staff code each word is, looked up alone: capitals cost more to compare than all the rest. One query."""
    whens = [When(code__iexact=word, then=Value(word)) for word in dict.fromkeys(words)]
    asked = Q(*[("code__iexact", word) for word in dict.fromkeys(words)], _connector=Q.OR)
    found: dict[str, list[int]] = defaultdict(list)
    for key, word in Person.objects.filter(asked).order_by().values_list("pk", Case(*whens, output_field=CharField())):
        found[word].append(key)
    return found


def _first(scopes: Sequence[Q], wanted: Q) -> list[Sheet]:
    rows = Sheet.objects.filter(wanted).select_related("person", "cycle", "member__unit")
    found: dict[int, Sheet] = {}
    for scope in scopes:
        part = rows.filter(scope).order_by("-cycle__year", "-cycle__number", "pk")[: FOUND + 1]
        found |= {sheet.pk: sheet for sheet in part}
    return sorted(found.values(), key=lambda sheet: (-sheet.cycle.year, -sheet.cycle.number, sheet.pk))[: FOUND + 1]


@dataclass(frozen=True)
class PeriodFile:
    """A period to be written out: everybody of it, or of `units` of it, each version of each result on its own row."""

    cycle: Cycle
    label: str
    units: frozenset[int] | None = None

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Rows under `HEADER`, in batches: nothing else of the period is held in memory."""
        return self._rows(_FOR_PROGRAMS)

    def rows_to_read(self) -> Iterator[tuple[str, ...]]:
        """The same under `HEADER_TO_READ`, for people: the level by its name, times as in Viet Nam."""
        names: dict[tuple[str, str], str] = {}
        return self._rows(_Written(lambda one: _level(one, names), moment_text, moment_text))

    def _rows(self, written: "_Written") -> Iterator[tuple[str, ...]]:
        members = Member.objects.filter(cycle=self.cycle).select_related("person", "unit", "sheet__evaluator")
        if self.units is not None:
            members = members.filter(unit__in=self.units)
        keys = list(
            members.order_by("unit__order", "unit__name", "person__sort_key", "pk").values_list("pk", flat=True)
        )
        for start in range(0, len(keys), BATCH):
            yield from _batch(keys[start : start + BATCH], written)


@dataclass(frozen=True)
class _Written:
    """How a level and a time are written: as kept, or in words."""

    level: Callable[[Confirmation], str]
    time: Callable[[datetime], str]
    seen: Callable[[datetime], str]


_FOR_PROGRAMS = _Written(lambda one: one.band, lambda at: at.isoformat(), lambda at: f"{at:%Y-%m-%dT%H:%MZ}")


def _level(one: Confirmation, names: dict[tuple[str, str], str]) -> str:
    """What the level is called in the version of the rulebook, each read once; the code where that is unreadable."""
    key = one.rulebook_hash, one.band
    if one.band and key not in names:
        try:
            names[key] = shape_with(past_book(one.rulebook_hash)).label(one.band)
        except Refusal:
            names[key] = one.band
    return names.get(key, "")


def period_file(user: User, cycle_id: int, on: date) -> PeriodFile:
    """The period for its officers and inspectors; for an inspector of units inside it just these. Raises NotYours."""
    cycle = Cycle.objects.select_related("root").filter(pk=cycle_id).first()
    if cycle is None:
        raise NotYours()
    if officer_or_inspector(user, cycle.root_id, on):
        return PeriodFile(cycle, cycle.label)
    units = units_where(user, Role.Kind.INSPECTOR, on)
    if not units or not Member.objects.filter(cycle=cycle, unit__in=units).exists():
        raise NotYours()
    return PeriodFile(cycle, cycle.label, frozenset(units))


def _batch(keys: list[int], written: _Written) -> Iterator[tuple[str, ...]]:
    rows = Member.objects.select_related("person", "unit", "sheet__evaluator").in_bulk(keys)
    held = {pk: sheet for pk in keys if (sheet := sheet_made(rows[pk])) is not None}
    versions: dict[int, list[Confirmation]] = defaultdict(list)
    found = Confirmation.objects.filter(sheet__in=[one.pk for one in held.values()]).select_related("confirmed_by")
    for one in found.defer("outcome", "comment").order_by("number"):
        versions[one.sheet_id].append(one)
    looks = _looks([one.pk for one in held.values()], written)
    for pk in keys:
        member, sheet = rows[pk], held.get(pk)
        base = (
            member.person.code, member.person.full_name, member.unit.name, member.position,
            member.get_standing_display() if member.standing == Member.Standing.IN else member.reason,
            sheet.get_state_display() if sheet else BEING_MADE if member.standing == Member.Standing.IN else "",
            "" if sheet is None else sheet.evaluator.full_name,
        )  # fmt: skip
        seen = "" if sheet is None else "; ".join(looks[sheet.pk])
        results = versions[sheet.pk] if sheet is not None else []
        if not results:
            yield (*base, *[""] * 9, seen)
        for one in results:
            yield (*base, *_version(one, results[-1], written), seen)


def _version(one: Confirmation, last: Confirmation, written: _Written) -> tuple[str, ...]:
    return (
        str(one.number),
        "có" if one.pk == last.pk else "không, đã được thay",
        "" if one.score_shown is None else format_points(one.score_shown),
        one.score,
        written.level(one),
        one.confirmed_by.full_name,
        written.time(one.at),
        one.replace_reason,
        one.rulebook_hash,
    )


def _looks(sheets: list[int], written: _Written) -> dict[int, list[str]]:
    """Who looked at each sheet and when, oldest first. Three queries."""
    rows = EventObject.objects.filter(
        kind="appraisals.sheet", key__in=[str(pk) for pk in sheets], event__code__in=LOOKS
    )
    pairs = list(rows.order_by("event__at", "event_id").values_list("key", "event__actor", "event__at"))
    names = dict(User.objects.filter(pk__in={int(a) for _, a, _ in pairs if a}).values_list("pk", "display_name"))
    found: dict[int, list[str]] = defaultdict(list)
    for key, actor, at in pairs:
        found[int(key)].append(f"{names[int(actor)]} {written.seen(at)}" if actor else "")
    return found
