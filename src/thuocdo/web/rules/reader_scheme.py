"""A rulebook of schemes arranged for reading: each rule in words beside its articles."""

from collections.abc import Iterator
from dataclasses import dataclass

from thuocdo.engine.rulebook import Citation, Settlement
from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import Scheme, SchemePoint
from thuocdo.rulesets.fact_words import LEFT_OPEN, first_upper
from thuocdo.web.rules import rows as names
from thuocdo.web.rules import words
from thuocdo.web.rules.reader_book import Order, money, order, procedure
from thuocdo.web.rules.reader_rows import Section, row_of, written
from thuocdo.web.rules.rows import Row, listed


@dataclass(frozen=True)
class SchemePart:
    """One scheme: whom it rates, when, and its tables in the order of rating."""

    scheme: Scheme
    whom: str
    periods: str
    full: bool
    cite: tuple[Citation, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class SchemeReader:
    """Everything the page of a rulebook of schemes shows."""

    book: SchemeBook
    parts: tuple[SchemePart, ...]
    others: tuple[tuple[str, str, str, bool], ...]
    procedure: tuple[Section, ...]
    money: tuple[Section, ...]
    order: Order | None
    points: tuple[tuple[SchemePoint, tuple[Citation, ...], Settlement | None, str], ...]


MANY = 3
ALL = "tat-ca"


def read_schemes(book: SchemeBook, wanted: str = "") -> SchemeReader:
    """The reader of a loaded rulebook of schemes: all of them, or where there are many the one asked for, else the
    first; `tat-ca` asks for all.
    """
    shown = book.schemes
    if len(shown) > MANY and wanted != ALL:
        shown = tuple(s for s in shown if s.id == wanted) or shown[:1]
    return SchemeReader(
        book=book,
        parts=tuple(_part(book, scheme) for scheme in shown),
        others=tuple((s.id, s.label, listed(s.periods, names.PERIODS), s in shown) for s in book.schemes),
        procedure=_kept(procedure(book)),
        money=_kept(money(book)),
        order=order(book),
        points=tuple((p, book.cite(p.cite), book.settled.get(p.id), _filled(book, p)) for p in book.open_points),
    )


def _filled(book: SchemeBook, point: SchemePoint) -> str:
    """Which overlays filled places of a point without choosing one of its readings."""
    if point.id in book.settled:
        return ""
    return "; ".join(dict.fromkeys(filter(None, (written(book, place) for place in point.places))))


def whom(scheme: Scheme) -> str:
    """Whom a scheme rates, in words."""
    kinds = first_upper(listed(scheme.subject_kinds, names.SUBJECTS))
    return kinds if len(scheme.roles) == len(names.ROLES) else f"{kinds}; {listed(scheme.roles, names.ROLES)}"


def _part(book: SchemeBook, scheme: Scheme) -> SchemePart:
    return SchemePart(
        scheme,
        whom(scheme),
        listed(scheme.periods, names.PERIODS),
        scheme.completeness == "full",
        book.cite(scheme.cite),
        _kept(_sections(book, scheme)),
    )


def _kept(sections: Iterator[Section]) -> tuple[Section, ...]:
    return tuple(section for section in sections if section.rows)


def _sections(book: SchemeBook, scheme: Scheme) -> Iterator[Section]:
    if scheme.score:
        most = words.figure(scheme.score.max, " điểm")
        title = f"{scheme.score.label}: {most if scheme.score.max == 'open' else f'tối đa {most}'}"
        yield Section(title, tuple(_groups(book, scheme)), "Điểm tối đa", "Số")
    if scheme.grades:
        yield Section(scheme.grades.label, tuple(_criteria(book, scheme)), "Nhóm tiêu chí", "Số")
    if scheme.rollup:
        parts = "các tháng" if scheme.rollup.parts == "months" else "các quý"
        how = f"trung bình cộng điểm {parts} có trong danh sách"
        how = how if scheme.rollup.method == "mean" else f"tổng hợp từ {parts}: {LEFT_OPEN}"
        more = tuple(f"Không tính: {item}" for item in scheme.rollup.left_out)
        yield Section("Tổng hợp từ các kỳ", (row_of(book, scheme.rollup, scheme.rollup.label, how, more=more),))
    yield Section("Ai không xếp loại", tuple(_not_rated(book, scheme)), "Điều kiện")
    yield Section("Trường hợp xếp thẳng một mức", tuple(_triggers(book, scheme)), "Điều kiện")
    yield Section("Thời điểm tính kỷ luật", tuple(_dating(book, scheme)))
    title = "Các mức và điều kiện của từng mức" if scheme.result == "level" else "Mức tương ứng với số điểm"
    yield Section(title, tuple(_levels(book, scheme)), "Điều kiện (phải đủ tất cả)", "Viết tắt")
    yield Section("Mức trần", tuple(_limits(book, scheme)))
    yield Section("Tỷ lệ", tuple(_quotas(book, scheme)))
    yield Section("Dữ kiện riêng", tuple(row_of(book, f, f.label, KINDS[f.kind]) for f in scheme.facts), "Loại")
    counts = {True: "nhiều đối tượng", False: "một đối tượng"}
    related = tuple(row_of(book, r, r.label, counts[r.many]) for r in scheme.relations)
    yield Section("Kết quả của đối tượng khác cần biết", related, "Số lượng")


KINDS = {
    "flag": "có hoặc không",
    "count": "số đếm",
    "percent": "tỷ lệ phần trăm",
    "points": "điểm",
    "amount": "số tiền (đồng)",
}
SOFT = "Văn bản nêu là định hướng, không phải giới hạn bắt buộc."


def _groups(book: SchemeBook, scheme: Scheme) -> Iterator[Row]:
    assert scheme.score is not None
    for group in scheme.score.groups:
        path = f"{scheme.id}.score.groups.{group.slug}"
        said = words.figure(group.max)
        yield row_of(book, group, group.label, said, mark=group.code, more=_how(group, scheme), path=f"{path}.max")
        for part in group.parts:
            at = f"{path}.parts.{part.slug}.max"
            yield row_of(book, part, f"– {part.label}", words.figure(part.max), mark=part.code, path=at)


def _how(group: schema.Group, scheme: Scheme) -> tuple[str, ...]:
    """What is special about how a group is marked."""
    found = []
    if len(group.roles) < len(names.ROLES):
        found.append(f"Chấm cho {listed(group.roles, names.ROLES)}")
    if group.bonus:
        found.append("Điểm thưởng: không ghi là 0 điểm")
    if group.overflow:
        found.append("Điểm trừ được vượt quá số điểm của nhóm")
    if group.input != "points":
        cap = f", tính tối đa {words.figure(group.percent_cap, '%')}" if group.percent_cap is not None else ""
        open_ = f" (điểm hay phần trăm: {LEFT_OPEN})" if group.input == "open" else ""
        found.append(f"Ghi theo phần trăm của điểm tối đa{cap}{open_}")
    if group.scale:
        part = ", ".join(words.measure(m, scheme) for m in group.scale.part)
        of = ", ".join(words.measure(m, scheme) for m in group.scale.of)
        found.append(f"Không chấm mà tính từ {part} trên {of}:")
        found += [f"– {_step(step)}: {words.figure(step.points)} điểm" for step in group.scale.steps]
    return tuple(found)


def _step(step: schema.ScaleStep) -> str:
    low = f"từ {words.figure(step.at_least, '%')}" if step.at_least is not None else ""
    high = f"dưới {words.figure(step.below, '%')}" if step.below is not None else ""
    return " đến ".join(part for part in (low, high) if part) or "mọi trường hợp"


def _criteria(book: SchemeBook, scheme: Scheme) -> Iterator[Row]:
    assert scheme.grades is not None
    for item in scheme.grades.criteria:
        yield row_of(book, item, item.label, words.group_label(scheme, item.group), mark=item.code)


def _dating(book: SchemeBook, scheme: Scheme) -> Iterator[Row]:
    counts_in = {"first": "của quyết định trước", "last": "của quyết định sau", "open": LEFT_OPEN}
    for rule in scheme.dating:
        words = f"Tính vào năm nào: {counts_in[rule.counts_in]}" if rule.counts_in else ""
        yield row_of(book, rule, rule.label, words)


def _not_rated(book: SchemeBook, scheme: Scheme) -> Iterator[Row]:
    for rule in scheme.not_rated:
        more = words.flat(rule.when, scheme)
        more += tuple(f"Trừ khi: {text}" for text in words.flat(rule.unless, scheme))
        yield row_of(book, rule, rule.label, "", more=more, path=f"{scheme.id}.not_rated.{rule.id}")


def _triggers(book: SchemeBook, scheme: Scheme) -> Iterator[Row]:
    for rule in scheme.triggers:
        said = f"Xếp {words.level_label(scheme, rule.level)}"
        said += "; cấp có thẩm quyền cân nhắc và chịu trách nhiệm" if rule.discretion else ""
        more = words.flat(rule.when, scheme)
        if rule.mitigation:
            eased = words.flat(rule.mitigation.when, scheme)
            more += (f"Được xem xét khi: {rule.mitigation.label}", *(f"– {text}" for text in eased))
        yield row_of(book, rule, rule.label, said, more=more, path=f"{scheme.id}.triggers.{rule.id}")


def _levels(book: SchemeBook, scheme: Scheme) -> Iterator[Row]:
    for level in scheme.levels:
        said = "Những trường hợp còn lại" if level.otherwise else ""
        path = f"{scheme.id}.levels.{level.code}"
        more = words.flat(level.when, scheme)
        yield row_of(book, level, level.label, said, mark=level.abbr, more=more, path=path)
    if scheme.gap:
        yield row_of(book, scheme.gap, "Không đủ điều kiện của mức nào", scheme.gap.question)


def _limits(book: SchemeBook, scheme: Scheme) -> Iterator[Row]:
    for rule in scheme.limits:
        if rule.at_most:
            said = f"Không cao hơn mức {words.level_label(scheme, rule.at_most)}"
        else:
            of = next((r.label for r in scheme.relations if r.id == rule.at_most_of), rule.at_most_of or "")
            said = f"Không cao hơn mức của: {of}"
        said += "; cấp có thẩm quyền chọn trong các mức còn lại" if rule.chooses else ""
        more = words.flat(rule.when, scheme)
        yield row_of(book, rule, rule.label, said, more=more, path=f"{scheme.id}.limits.{rule.id}")


def _quotas(book: SchemeBook, scheme: Scheme) -> Iterator[Row]:
    for quota in scheme.quotas:
        path = f"{scheme.id}.quotas.{quota.id}"
        yield row_of(book, quota, quota.label, _share(quota, scheme), more=_quota_more(quota), path=path)
        if quota.raised:
            base = f" của {_base(quota.raised.base, (), scheme)}" if quota.raised.base else ""
            said = f"Không quá {words.figure(quota.raised.percent, '%')}{base}"
            more = (SOFT,) * (quota.raised.hardness == "soft")
            needed = next((lv.label for lv in scheme.levels if lv.code == quota.raised.needs_level), "")
            more += (f"Chỉ khi đơn vị được xếp “{needed}”",) * bool(needed)
            yield row_of(book, quota.raised, f"Tỷ lệ nâng: {quota.raised.label}", said, more=more)
        if quota.small:
            said = f"Dưới {quota.small.fewer_than} đối tượng: nhiều nhất {quota.small.at_most}"
            yield row_of(book, quota.small, "Đơn vị ít người", said)


def _share(quota: schema.SchemeQuota, scheme: Scheme) -> str:
    level = words.level_label(scheme, quota.level)
    base = _base(quota.base, quota.base_levels, scheme)
    share = "một tỷ lệ của từng đơn vị" if quota.percent_fact else words.figure(quota.percent, "%")
    return f"Mức {level}: không quá {share} của {base}"


def _base(base: str, levels: tuple[str, ...], scheme: Scheme) -> str:
    if base == "levels":
        return "số được xếp " + ", ".join(words.level_label(scheme, code) for code in levels)
    return names.BASES[base]


def _quota_more(quota: schema.SchemeQuota) -> tuple[str, ...]:
    found = [f"Tính {listed(quota.scopes, names.SCOPES)}; {names.ROUNDING[quota.rounding]}."]
    if len(quota.roles) < len(names.ROLES):
        found.append(f"Đếm {listed(quota.roles, names.ROLES)}.")
    if quota.hardness == "soft":
        found.append(SOFT)
    return (*found, "Tỷ lệ không tự hạ mức của ai; phần vượt do cấp có thẩm quyền quyết định.")
