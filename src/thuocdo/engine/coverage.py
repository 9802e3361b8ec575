"""Which rulebook governs a kind of subject: by procedure, place, role, and the date that the instrument keys on.

Where a date or a fact that decides is not known, nothing is selected and the answer says what must be stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from thuocdo.engine.loader import list_rulebooks
from thuocdo.engine.reading import default_roots, read_source, validate
from thuocdo.engine.schema import Confidence, PeriodKind, Role, Slug, Strict, Text
from thuocdo.engine.source import SourceFile

Procedure = Literal["state", "party", "local", "confidence_vote", "pay"]
KeyDate = Literal["period_start", "rating_date", "vote_date"]
PROCEDURES = {
    "state": "Nhà nước",
    "party": "Đảng",
    "local": "địa phương",
    "confidence_vote": "lấy phiếu tín nhiệm",
    "pay": "chi trả theo kết quả",
}
# Every instrument read rates a year by January or early spring of the next one. So a period that lies wholly
# inside one row's dates needs no stated day.
RATED_WITHIN = timedelta(days=455)
QUESTIONS = {
    "rating_date": "ngày xếp loại (rating_date)",
    "own_regulation": "đơn vị đã ban hành quy chế riêng hay chưa (own_regulation)",
    "role": "vai trò lãnh đạo (leadership)",
    "period": "loại kỳ đánh giá (period)",
}


class Entry(Strict):
    """One row of the timeline. `rulebook` is what rates; `by_choice` is what the authority may choose.

    `since` and `until` bound the date named by `key_date`. `roles` and `periods` (none listed: all) and
    `own_regulation` (not given: both) narrow whom and what the row binds. `place`: a locality with its own instrument.
    """

    kind: Slug
    procedure: Procedure = "state"
    place: str = ""
    roles: tuple[Role, ...] = ()
    periods: tuple[PeriodKind, ...] = ()
    key_date: KeyDate = "period_start"
    own_regulation: bool | None = None
    since: date
    until: date | None = None
    rulebook: str | None = None
    by_choice: str | None = None
    instrument: Text
    sentence: Text
    cite: Text
    confidence: Confidence


class CoverageFile(Strict):
    entries: Annotated[tuple[Entry, ...], Field(max_length=400)]


@dataclass(frozen=True)
class Selection:
    """The answer: `rulebook` to rate by, or None and a sentence that says what governs and what is missing.

    `by_choice` names a rulebook that the competent authority may choose to apply; the product never does
    unasked. `needs` names what must be stated first (keys of `QUESTIONS`); `since` and `until` bound the date that
    the row keys on.
    """

    subject_kind: str
    on: date
    rulebook: str | None
    by_choice: str | None
    instrument: str
    sentence_vi: str
    cite: str
    confidence: Confidence | None
    procedure: Procedure = "state"
    place: str = ""
    needs: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class _Asked:
    on: date
    rating_date: date | None
    own_regulation: bool | None
    role: Role | None
    period: PeriodKind | None

    @property
    def latest(self) -> date:
        """The last day on which this period can still be rated, where the day of the rating is not stated."""
        return self.on + RATED_WITHIN

    def unknown(self, entry: Entry) -> tuple[str, ...] | None:
        """What this row hangs on and nobody stated; None where the row does not bind."""
        missing: list[str] = []
        day = self.on if entry.key_date == "period_start" else self.rating_date
        if day is not None:
            if not (entry.since <= day and (entry.until is None or day < entry.until)):
                return None
        elif entry.since > self.latest or (entry.until is not None and entry.until <= self.on):
            return None
        elif self.on < entry.since or (entry.until is not None and entry.until <= self.latest):
            missing.append("rating_date")
        if entry.own_regulation is not None and self.own_regulation is None:
            missing.append("own_regulation")
        elif entry.own_regulation is not None and entry.own_regulation != self.own_regulation:
            return None
        if entry.roles and self.role is None:
            missing.append("role")
        elif entry.roles and self.role not in entry.roles:
            return None
        if entry.periods and self.period is None:
            missing.append("period")
        elif entry.periods and self.period not in entry.periods:
            return None
        return tuple(missing)


def select_rulebook(
    subject_kind: str,
    on: date,
    roots: Sequence[Path] | None = None,
    *,
    procedure: Procedure = "state",
    place: str = "",
    rating_date: date | None = None,
    own_regulation: bool | None = None,
    role: Role | None = None,
    period: PeriodKind | None = None,
) -> Selection:
    """Look up the timeline of `coverage.toml`. `on`: the first day of the period; `rating_date`: the day of the rating,
    or of the vote. A place without rows of its own is governed by what holds everywhere.

    >>> select_rulebook("civil_servant", date(2026, 3, 1)).rulebook
    'state/nd-335-2025'
    >>> select_rulebook("cadre", date(2026, 8, 1)).rulebook is None
    True
    """
    searched = tuple(roots or default_roots())
    asked = _Asked(on, rating_date, own_regulation, role, period)
    rows = [e for e in _entries(searched) if e.kind == subject_kind and e.procedure == procedure]
    for where in dict.fromkeys((place, "")):
        binding = [(e, missing) for e in rows if e.place == where and (missing := asked.unknown(e)) is not None]
        if len(binding) == 1 and not binding[0][1]:
            return _selected(binding[0][0], on, list_rulebooks(searched))
        if _one_rulebook(binding):
            return _selected(next(entry for entry, missing in binding if not missing), on, list_rulebooks(searched))
        if binding:
            return _undecided(subject_kind, on, binding)
    when = f"kỳ bắt đầu ngày {on:%d/%m/%Y}"
    if rating_date is not None:
        when = f"ngày {on:%d/%m/%Y}" if rating_date == on else f"{when}, xếp loại ngày {rating_date:%d/%m/%Y}"
    sentence = (
        f"Bảng phạm vi áp dụng chưa ghi quy định nào cho đối tượng này, {when}. "
        "Bộ tính không xếp loại khi chưa biết quy định áp dụng."
    )
    elsewhere = [e for e in _entries(searched) if e.kind == subject_kind and e.place in (place, "")]
    if names := dict.fromkeys(e.procedure for e in elsewhere if asked.unknown(e) is not None):
        listed = ", ".join(f"{PROCEDURES[name]} (khóa procedure = {name})" for name in names)
        sentence += f" Đối tượng này có quy định theo thủ tục khác: {listed}."
    return Selection(subject_kind, on, None, None, "", sentence, "", None, procedure, place)


def select_all(
    kinds: Iterable[str],
    on: date,
    roots: Sequence[Path] | None = None,
    *,
    place: str = "",
    rating_date: date | None = None,
    own_regulation: bool | None = None,
    role: Role | None = None,
    period: PeriodKind | None = None,
) -> tuple[Selection, ...]:
    """For a person who is several kinds at once: one answer for each procedure and kind that has rows.

    >>> [s.procedure for s in select_all(["civil_servant"], date(2026, 3, 1))][0]
    'state'
    """
    entries = _entries(tuple(roots or default_roots()))
    wanted = list(kinds)
    pairs = dict.fromkeys((e.procedure, e.kind) for e in entries if e.kind in wanted and e.place in ("", place))
    return tuple(
        select_rulebook(
            kind,
            on,
            roots,
            procedure=procedure,
            place=place,
            rating_date=rating_date,
            own_regulation=own_regulation,
            role=role,
            period=period,
        )
        for procedure, kind in pairs
    )


def coverage_rows(roots: Sequence[Path] | None = None) -> tuple[Entry, ...]:
    """Every row of the timeline, in the order of the tables. Raises `RulebookError`."""
    return _entries(tuple(roots or default_roots()))


def _selected(entry: Entry, on: date, known: tuple[str, ...]) -> Selection:
    key = entry.rulebook if entry.rulebook in known else None
    choice = entry.by_choice if entry.by_choice in known else None
    return Selection(
        entry.kind,
        on,
        key,
        choice,
        entry.instrument,
        entry.sentence,
        entry.cite,
        entry.confidence,
        entry.procedure,
        entry.place,
        (),
        entry.since,
        entry.until,
    )


def _undecided(kind: str, on: date, binding: list[tuple[Entry, tuple[str, ...]]]) -> Selection:
    needs = tuple(dict.fromkeys(name for _, missing in binding for name in missing))
    options = " ".join(f"({number}) {entry.sentence}" for number, (entry, _) in enumerate(binding, start=1))
    asked = "; ".join(QUESTIONS[name] for name in needs)
    sentence = f"Chưa chọn được quy định áp dụng, cần nêu: {asked}. Có thể là: {options}"
    first = binding[0][0]
    names = "; ".join(dict.fromkeys(entry.instrument for entry, _ in binding))
    cites = "; ".join(dict.fromkeys(entry.cite for entry, _ in binding))
    sure = {entry.confidence for entry, _ in binding}
    confidence = first.confidence if len(sure) == 1 else None
    return Selection(kind, on, None, None, names, sentence, cites, confidence, first.procedure, first.place, needs)


@lru_cache(maxsize=8)
def _entries(roots: tuple[Path, ...]) -> tuple[Entry, ...]:
    found: list[Entry] = []
    for root in dict.fromkeys(root.resolve() for root in roots):
        path = root / "coverage.toml"
        if path.is_file():
            source = read_source(path, root)
            entries = validate(CoverageFile, source).entries
            _check_ambiguous(entries, source)
            found += entries
    return tuple(found)


def _check_ambiguous(entries: tuple[Entry, ...], source: SourceFile) -> None:
    """No two rows may bind the same subject at once: two rules that both apply are an error of the table."""
    groups: dict[tuple[str, str, str], list[tuple[int, Entry]]] = {}
    for index, entry in enumerate(entries):
        if entry.until is not None and entry.until <= entry.since:
            raise source.error(
                ("entries", index, "until"), "ngày hết áp dụng không sau ngày bắt đầu", "Sửa ngày.", article=entry.cite
            )
        groups.setdefault((entry.kind, entry.procedure, entry.place), []).append((index, entry))
    for rows in groups.values():
        for (first, one), (second, other) in combinations(rows, 2):
            if _both_bind(one, other) and not _same_by_other_dates(one, other):
                raise source.error(
                    ("entries", second),
                    f"dòng {second + 1} và dòng {first + 1} của bảng cùng áp dụng cho “{one.kind}” ({one.procedure})",
                    "Sửa since, until, key_date, roles hoặc own_regulation để mỗi lúc chỉ một dòng áp dụng.",
                    article=f"{one.cite}; {other.cite}",
                )


def _one_rulebook(binding: Sequence[tuple[Entry, Sequence[str]]]) -> bool:
    """Whether all rows that bind name the same rulebook and one of them lacks nothing."""
    return len({entry.rulebook for entry, _ in binding}) == 1 and any(not missing for _, missing in binding)


def _same_by_other_dates(one: Entry, other: Entry) -> bool:
    """Rows of one rulebook that key on different dates: a year begun under it and rated later falls under both."""
    return one.rulebook is not None and one.rulebook == other.rulebook and one.key_date != other.key_date


def _both_bind(one: Entry, other: Entry) -> bool:
    if one.roles and other.roles and not set(one.roles) & set(other.roles):
        return False
    if one.periods and other.periods and not set(one.periods) & set(other.periods):
        return False
    if None not in (one.own_regulation, other.own_regulation) and one.own_regulation != other.own_regulation:
        return False
    starts = [entry.key_date == "period_start" for entry in (one, other)]
    if starts[0] == starts[1]:
        return _before(one.since, other.until) and _before(other.since, one.until)
    early, late = (one, other) if starts[0] else (other, one)
    return _before(early.since, late.until)  # a period may be rated any time after it has begun


def _before(day: date, end: date | None) -> bool:
    return end is None or day < end
