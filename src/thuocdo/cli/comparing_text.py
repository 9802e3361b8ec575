"""What differs between two rulebooks, for a reader of law: by subject and matter, each side under its articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from thuocdo.engine import Citation, Difference, Rulebook, SchemeBook
from thuocdo.engine.as_scheme import as_scheme
from thuocdo.engine.outline_words import FIGURES, LISTS

Book = Rulebook | SchemeBook
MATTERS: Mapping[str, str] = {
    **LISTS,
    "grades": "Các cấp độ đánh giá",
    "dating": "Kỷ luật tính vào năm nào",
    "rollup": "Tổng hợp từ các kỳ",
    "subject_kinds": "Áp dụng cho ai",
    "roles": "Áp dụng cho ai",
    "periods": "Áp dụng cho ai",
    "deciders": "Ai đề nghị, ai quyết định",
    "stages": "Các bước",
    "precedence": "Việc nào trước, việc nào sau",
    "form_uses": "Biểu mẫu",
    "sync": "Gửi kết quả về cơ sở dữ liệu quốc gia",
    "petition": "Kiến nghị về kết quả",
}
SHARED = {"procedure": "Trình tự, thẩm quyền, biểu mẫu", "money": "Tiền theo mức"}
OPEN, NOTHING_TO_COUNT = "để ngỏ", f"{FIGURES['when_none']} để ngỏ"


def report(a: Book, b: Book, found: Sequence[Difference]) -> Iterator[str]:
    """The lines of the text."""
    names = {**_names(b), **_names(a)}
    for subject, items in _by(found, lambda item: _subject(item.path, names)).items():
        yield f"\n== {subject} =="
        for matter, here in _by(items, lambda item: _matter(item.path, names)).items():
            yield f"\n{matter}"
            yield from _side("Chỉ A có", [i for i in here if i.gone], before=True)
            yield from _side("Chỉ B có", [i for i in here if i.added], before=False)
            for item in here:
                if not item.gone and not item.added:
                    yield f"  {item.label_vi} [{item.path}]"
                    yield f"    A: {item.before_vi}{_cited(item.cite_before)}"
                    yield f"    B: {item.after_vi}{_cited(item.cite_after)}"


def _side(title: str, items: Sequence[Difference], *, before: bool) -> Iterator[str]:
    """The rules that one side alone has, under the articles they stand in."""
    if not items:
        return
    yield f"  {title}:"
    for articles, rules in _by(items, lambda i: _articles(i.cite_before if before else i.cite_after)).items():
        yield f"    {articles}:"
        for item in rules:
            text = (item.before_vi if before else item.after_vi).replace(NOTHING_TO_COUNT, "")
            left_open = " (văn bản để ngỏ số liệu)" if OPEN in text else ""
            yield f"      - {item.label_vi}{left_open} [{item.path}]"


def _by(items: Iterable[Difference], key: Callable[[Difference], str]) -> dict[str, list[Difference]]:
    found: dict[str, list[Difference]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def _names(book: Book) -> dict[str, str]:
    """Labels by path of schemes and of their levels."""
    schemes = (as_scheme(book),) if isinstance(book, Rulebook) else book.schemes
    found = {scheme.id: scheme.label for scheme in schemes}
    return found | {f"{s.id}.levels.{level.code}": level.label for s in schemes for level in s.levels}


def _subject(path: str, names: Mapping[str, str]) -> str:
    head = path.partition(".")[0]
    return names.get(head) or SHARED.get(head, "Quy tắc chung")


def _matter(path: str, names: Mapping[str, str]) -> str:
    head, *steps = path.split(".")
    if not steps:
        return "Toàn bộ"
    if head not in names and head not in SHARED:
        steps = [head, *steps]
    level = ".".join((head, *steps[:2]))
    return names.get(level) or MATTERS.get(steps[0], "Nội dung khác")


def _articles(cite: tuple[Citation, ...]) -> str:
    return "; ".join(item.text() for item in cite) or "Không nêu điều khoản"


def _cited(cite: tuple[Citation, ...]) -> str:
    return f" ({'; '.join(item.text() for item in cite)})" if cite else ""
