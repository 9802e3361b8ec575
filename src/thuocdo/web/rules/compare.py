"""Two rulebooks side by side: every difference, by topic, with the articles of both sides."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from thuocdo.engine import Citation, Difference, compare_books
from thuocdo.engine.rulebook import Rulebook
from thuocdo.kernel.errors import NotYours
from thuocdo.rulesets import catalogue
from thuocdo.web.rules.opening import open_named

TOPICS: Mapping[str, str] = {
    "instrument": "Văn bản, hiệu lực",
    "general": "Tiêu chí và điểm",
    "score": "Tiêu chí và điểm",
    "grades": "Tiêu chí và điểm",
    "products": "Kết quả thực hiện nhiệm vụ",
    "factors": "Kết quả thực hiện nhiệm vụ",
    "total": "Kết quả thực hiện nhiệm vụ",
    "bands": "Các mức",
    "levels": "Các mức",
    "gap": "Các mức",
    "disqualifiers": "Trường hợp xếp thẳng một mức",
    "triggers": "Trường hợp xếp thẳng một mức",
    "dating": "Trường hợp xếp thẳng một mức",
    "absence": "Ai không xếp loại",
    "not_rated": "Ai không xếp loại",
    "ceiling": "Mức trần",
    "limits": "Mức trần",
    "quotas": "Tỷ lệ",
    "means": "Tổng hợp từ các kỳ",
    "rollup": "Tổng hợp từ các kỳ",
    "actual_time": "Tổng hợp từ các kỳ",
    "points": "Điểm luật còn để ngỏ",
    "settled": "Cách hiểu cơ quan đã chọn",
    "money": "Chi trả",
    "procedure": "Thẩm quyền, trình tự",
    "evaluators": "Thẩm quyền, trình tự",
    "period_steps": "Thẩm quyền, trình tự",
    "forms": "Mẫu phiếu",
}
Lines = tuple[str, ...]
OTHER = "Nội dung khác"
UNSETTLED = "không có lựa chọn nào được ghi"


@dataclass(frozen=True)
class Topic:
    """Differences about one thing."""

    label: str
    rows: tuple[Difference, ...]


@dataclass(frozen=True)
class Comparison:
    """Two rulebooks and all differences between them."""

    a: catalogue.Book
    b: catalogue.Book
    topics: tuple[Topic, ...]
    count: int
    identity: tuple[tuple[str, Lines, Lines], ...]


def comparison_of(a: str, b: str) -> Comparison:
    """Compare two rulebooks named as `opening.open_named` reads them. Raises NotYours."""
    if a == b:
        raise NotYours("Hãy chọn hai bộ quy tắc khác nhau để so sánh.")
    one, other = open_named(a), open_named(b)
    found = (*compare_books(one, other), *settled_differently(one, other))
    schemes = {s.id: s.label for book in (one, other) if not isinstance(book, Rulebook) for s in book.schemes}
    topics: dict[str, list[Difference]] = {}
    for difference in found:
        topics.setdefault(topic_of(difference.path, schemes), []).append(difference)
    grouped = tuple(Topic(label, tuple(rows)) for label, rows in topics.items())
    sides = zip(identity_of(one), identity_of(other), strict=True)
    return Comparison(one, other, grouped, len(found), tuple((name, a, b) for (name, a), (_, b) in sides))


def settled_differently(one: catalogue.Book, other: catalogue.Book) -> Iterator[Difference]:
    """Open points that the two have settled differently, or only one of them."""
    here, there = settlements(one), settlements(other)
    for point in dict.fromkeys((*here, *there)):
        before, after = here.get(point), there.get(point)
        if (before and before[1]) != (after and after[1]):
            question = (before or after or ("", "", ()))[0]
            sides = [(side[1], side[2]) if side else (UNSETTLED, ()) for side in (before, after)]
            yield Difference(f"settled.{point}", question, sides[0][0], sides[1][0], sides[0][1], sides[1][1])


def settlements(book: catalogue.Book) -> dict[str, tuple[str, str, tuple[Citation, ...]]]:
    """Settled points by id: the question, the reading with who chose it, the articles."""
    found = {}
    if isinstance(book, Rulebook):
        for point in book.open_points:
            if point.settled:
                label = point.readings[point.index_of(point.settled.reading)].label_vi
                found[point.id] = (point.question_vi, f"{label} ({point.settled.by})", point.settled.cite)
        return found
    for spec in book.open_points:
        if settled := book.settled.get(spec.id):
            label = next((r.label for r in spec.readings if r.id == settled.reading), settled.reading)
            found[spec.id] = (spec.question, f"{label} ({settled.by})", settled.cite)
    return found


def identity_of(book: catalogue.Book) -> tuple[tuple[str, Lines], ...]:
    """What a rulebook is, beside its rules: title, days in force, how much of the text is known, what is open."""
    until = f" đến trước {book.until:%d/%m/%Y}" if book.until else ""
    unknown: tuple[str, ...] = ()
    if not isinstance(book, Rulebook):
        unknown = (*book.book.unknown, *(one.label for one in book.book.assumed))
    open_points = (
        [p.question_vi for p in book.open_points]
        if isinstance(book, Rulebook)
        else [p.question for p in book.open_points]
    )
    return (
        ("Tên", (book.title,)),
        ("Hiệu lực", (f"từ {book.since:%d/%m/%Y}{until}",)),
        ("Điều chưa biết", tuple(f"– {line}" for line in unknown) or ("không có",)),
        ("Điểm luật để ngỏ", tuple(f"– {line}" for line in open_points) or ("không có",)),
    )


def topic_of(path: str, schemes: Mapping[str, str]) -> str:
    """What a path is about; a path into a scheme carries the scheme's label.

    >>> topic_of("bands.good.at_least", {}), topic_of("year.quotas.x.percent", {"year": "Đảng viên"})
    ('Các mức', 'Đảng viên: tỷ lệ')
    """
    first, *rest = path.split(".")
    if first not in schemes:
        return TOPICS.get(first, OTHER)
    about = TOPICS.get(rest[0], "") if rest else ""
    return f"{schemes[first]}: {about[:1].lower()}{about[1:]}" if about else schemes[first]
