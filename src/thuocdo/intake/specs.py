"""What one kind of import is: its columns, who may use it, how rows become a plan, how a plan is written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.intake.cells import Reader
from thuocdo.intake.only_out import ONLY_OUT
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.text import asked_words

CREATED, CHANGED, UNCHANGED, ENDED = "created", "changed", "unchanged", "ended"
CONFLICT, SKIPPED = "conflict", "skipped"
Work = TypeVar("Work")


@dataclass(frozen=True)
class Column:
    """One column: the key in the values, the title in row 1, how a cell is read, what a person writes there.

    `needed`: the column must be there and every cell filled. An empty cell otherwise gives `default`.
    """

    key: str
    title: str
    read: Reader
    hint: str
    example: str
    needed: bool = False
    default: Any = ""
    width: int = 18


@dataclass(frozen=True)
class Problem:
    """One line of the page of problems. `row` is the row in the file, 0 for the whole file; `column` a
    title.
    """

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True)
class Row:
    """A row whose cells could all be read."""

    number: int
    values: Mapping[str, Any]
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Scope:
    """Where an import acts: the audit chain of its event, the name shown, and what the kind itself needs. `part`: the
    file was taken of a filtered page, so rows that it does not have stay."""

    chain: str
    name: str
    data: Any
    part: bool = False


@dataclass(frozen=True)
class Effect:
    """What applying would do with one row, in words; row 0 with `ENDED`: what the file no longer has.

    `CONFLICT`: the row changed since the export and is never written; `SKIPPED`: left out by whoever applied.
    """

    row: int
    outcome: str
    text: str


@dataclass
class Plan(Generic[Work]):
    """All effects and problems of the readable rows, and the rows to write when there is no problem.

    `removed`: rows that `write` deleted, for the record. `warnings` stop nothing.
    """

    effects: list[Effect]
    problems: list[Problem]
    work: Work
    removed: Sequence[Model] = ()
    warnings: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Undo:
    """How rows that an import added go again: `reasons(scope, keys)` says by key why one may not, `remove(scope, keys,
    by, at)` does it and returns the rows written; where it `deletes` them, the rows as they stood. A kind without it
    takes no added row back."""

    reasons: Callable[[Scope, Sequence[tuple[str, ...]]], Mapping[tuple[str, ...], str]]
    remove: Callable[[Scope, Sequence[tuple[str, ...]], User | None, datetime], list[Model]]
    deletes: bool = False


KEPT_ADDED = Undo(
    lambda scope, keys: dict.fromkeys(keys, "dòng đã thêm không bỏ bằng bảng được; hãy kết thúc hoặc sửa trên trang"),
    lambda scope, keys, by, at: [],
)
"""For kinds whose added rows are ended on their pages: only what was changed goes back."""


@dataclass(frozen=True)
class Held:
    """What a row of a list of steps holds: `told` by title for a reader, `state` whole, as JSON."""

    name: str
    told: Mapping[str, str]
    state: Mapping[str, Any]


@dataclass(frozen=True)
class Rewind:
    """How an import of steps and decisions is taken back (`intake.rewinding`).

    `stand(scope, keys)`: what these rows hold now, with others that writing them may touch. `stops(scope, before)`: by
    key why a row may not become what it was (None: be gone). `lock(scope, keys)`: what the pages lock that change such
    rows, also for keys that name none, before such rows are written or put back. `restore(scope, before, by, at)`:
    writes it; returns the rows written and those deleted. `takes_away`: writing takes rows out that `stand` gave, and
    `restore` brings them back. `added_goes`: what becomes of a row that the file added.
    """

    stand: Callable[[Scope, frozenset[str]], Mapping[str, Held]]
    stops: Callable[[Scope, Mapping[str, Held | None]], Mapping[str, str]]
    lock: Callable[[Scope, frozenset[str]], None]
    restore: Callable[[Scope, Mapping[str, Held | None], User | None, datetime], tuple[list[Model], list[Model]]]
    takes_away: bool = False
    added_goes: str = "bỏ dòng đã thêm"


Asked = Mapping[str, str]
"""What a page was asked to show, by the names in its address; what is not asked is empty or not there."""


@dataclass(frozen=True)
class Filtering:
    """How a list goes out as its page shows it filtered. `asks`: the names in the address of the page, with what a
    reader calls them. `narrow(scope, asked, at)`: the scope of those rows alone, and by name what was asked, in words;
    what the page passes over because it does not know it is not named.
    """

    asks: Mapping[str, str]
    narrow: Callable[[Scope, Asked, datetime], tuple[Scope, Asked]]


@dataclass(frozen=True)
class Spec:
    """One kind of import. `scope` raises NotYours; `plan` reads the database in sets; `write` returns every
    row. `export(scope, at, month)` gives the rows as they stand, texts in the order of the columns named in
    `exported` (all, if none is); `keys` are the columns that say which row it is; `monthly` lists ask for a month.
    `personal`: a list of one's own work, on pages of its own. `similar(texts)` names what exists and looks like a
    code that could not be read. `hold(keys)`: what pages lock that change the rows of these keys (of the file, and what
    an undo takes away), before the list is read to be written. `lock(plan, going)`: the same where only the plan names
    the rows, and the added rows that go again (their keys). `undo` or, for lists of steps,
    `rewind` takes an import back; `stays` says why nothing does. Rows that a file does not
    have stay in every list with `filtering`: its file may be a part.
    """

    kind: str
    title: str
    about: str
    columns: tuple[Column, ...]
    scope: Callable[[User | None, datetime, str], Scope]
    plan: Callable[[Scope, Sequence[Row]], Plan[Any]]
    write: Callable[[Plan[Any], User | None, datetime], list[Model]]
    order: int = field(default=0)
    export: Callable[[Scope, datetime, str], Iterable[Sequence[str]]] | None = None
    keys: tuple[str, ...] = ()
    exported: tuple[str, ...] = ()
    monthly: bool = False
    personal: bool = False
    similar: Callable[[Sequence[str]], Mapping[str, str]] | None = None
    hold: Callable[[Sequence[tuple[Any, ...]]], None] | None = None
    lock: Callable[[Plan[Any], Sequence[tuple[str, ...]]], None] | None = None
    undo: "Undo | None" = None
    rewind: "Rewind | None" = None
    stays: str = ""
    filtering: Filtering | None = None

    @property
    def goes_out(self) -> bool:
        """Whether the list can be exported. For templates, which would call `export`, fail, and find nothing."""
        return self.export is not None


_SPECS: dict[str, Spec] = {}


def register(spec: Spec) -> None:
    """Called once by each app that owns a kind, when the app is ready."""
    _SPECS[spec.kind] = spec


def specs() -> list[Spec]:
    """The kinds of import of an organisation officer, in the order in which an installation uses them."""
    return sorted((s for s in _SPECS.values() if not s.personal), key=lambda s: s.order)


def spec_of(kind: str) -> Spec | None:
    """The kind of import with this code."""
    return _SPECS.get(kind)


@dataclass(frozen=True)
class Listing:
    """A list that only goes out: titles with widths, who may take it, its rows as texts. `office`: offered among the
    lists of an organisation officer; the others stand on a page of their own.
    """

    kind: str
    title: str
    columns: tuple[tuple[str, int], ...]
    scope: Callable[[User | None, datetime, str], Scope]
    rows: Callable[[Scope, datetime], Iterable[Sequence[str]]]
    office: bool = False
    filtering: Filtering | None = None


_LISTINGS: dict[str, Listing] = {}


def register_listing(*listings: Listing) -> None:
    """Called once by each app that owns such lists, when the app is ready. Raises ValueError: none in `only_out`."""
    if unsaid := {one.kind for one in listings} - ONLY_OUT.keys():
        raise ValueError(f"say in intake/only_out.py why it does not come back: {sorted(unsaid)}")
    _LISTINGS.update({one.kind: one for one in listings})


def registered() -> tuple[list[Spec], list[Listing]]:
    """Every list that comes back, and every one that only goes out, by code."""
    return [_SPECS[k] for k in sorted(_SPECS)], [_LISTINGS[k] for k in sorted(_LISTINGS)]


def key_from(code: str) -> int:
    """The key that the code of a scope holds. Raises NotYours for anything else."""
    if not code.isascii() or not code.isdigit() or len(code) > 15:
        raise NotYours()
    return int(code)


def listing_of(kind: str) -> Listing | None:
    """The list with this code that only goes out."""
    return _LISTINGS.get(kind)


def narrowed(named: Spec | Listing, where: Scope, asked: Asked, at: datetime) -> tuple[Scope, Asked]:
    """The rows that the page of this list shows for what it is asked, and the filter in words, by label; the whole
    scope and no words where nothing is asked or the list has no filter."""
    filtering = named.filtering
    if filtering is None or not any(asked.get(name) for name in filtering.asks):
        return where, {}
    part, words = filtering.narrow(where, {name: asked.get(name, "") for name in filtering.asks}, at)
    return part, {label: words[name] for name, label in filtering.asks.items() if words.get(name)}


def filtering_of(kind: str) -> Filtering | None:
    """How this list is filtered on its page; None where it goes out whole only."""
    named = spec_of(kind) or listing_of(kind)
    return named.filtering if named else None


def download_name(kind: str) -> str:
    """What a downloaded list of this kind is called: its Vietnamese title without marks."""
    named = spec_of(kind) or listing_of(kind)
    return "-".join(asked_words(named.title)) if named else kind
