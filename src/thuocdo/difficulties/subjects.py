"""What a difficulty is about: an article, an open point, or a line of the author's own result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.explaining import Explanation
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.queries import explanation
from thuocdo.difficulties.books import Article, Book, articles, open_book, points, require_in_force
from thuocdo.difficulties.models import Difficulty
from thuocdo.kernel.errors import NotYours, Refusal

MOST_WORDS = 600
About = Difficulty.About


@dataclass(frozen=True)
class Asked:
    """What the form names: an article or a point of a rulebook, or a line of a sheet. Nothing is trusted yet."""

    rulebook: str = ""
    overlays: tuple[str, ...] = ()
    article: str = ""
    point: str = ""
    sheet_id: int = 0
    line: str = ""


@dataclass(frozen=True)
class Subject:
    """What a difficulty is about, resolved; `article` is empty only where a line cites none."""

    about: About
    book: Book
    article: str
    article_words: str
    item: str
    item_words: str
    sheet: Sheet | None


@dataclass(frozen=True)
class Line:
    """One line of the own result to choose."""

    id: str
    words: str
    cite: tuple[tuple[str, str], ...]


def resolve(user: User, asked: Asked, at: datetime) -> Subject:
    """The subject of a difficulty that the user may raise. Raises NotYours, Forbidden, Refusal with the field."""
    if asked.sheet_id:
        return _of_result(user, asked)
    if not asked.rulebook:
        raise Refusal("difficulty.rulebook", "Chưa chọn bộ quy tắc. Hãy chọn trong danh sách rồi nêu vướng mắc.")
    book = open_book(asked.rulebook, asked.overlays)
    require_in_force(user, book, localdate(at))
    return _of_point(book, asked.point) if asked.point else _of_article(book, asked.article)


def _of_article(book: Book, ref: str) -> Subject:
    found = next((a for a in articles(book) if a.ref == ref), None)
    if found is None:
        raise Refusal(
            "difficulty.article", "Điều luật: chưa chọn. Hãy chọn điều có vướng mắc trong danh sách.", field="article"
        )
    return Subject(About.ARTICLE, book, found.ref, found.words, "", found.about[:MOST_WORDS], None)


def _of_point(book: Book, point: str) -> Subject:
    known = points(book)
    if point not in known:
        raise NotYours("Không có điểm luật này trong bộ quy tắc. Hãy mở lại trang quy tắc và chọn lại.")
    question, refs = known[point]
    words = {a.ref: a.words for a in articles(book)}
    cited = "; ".join(words[ref] for ref in refs if ref in words)
    return Subject(About.POINT, book, refs[0] if refs else "", cited[:MOST_WORDS], point, question[:MOST_WORDS], None)


def _of_result(user: User, asked: Asked) -> Subject:
    bill = own_bill(user, asked.sheet_id)
    line = next((one for one in lines_of(bill) if one.id == asked.line), None)
    if line is None:
        raise Refusal("difficulty.line", "Dòng trong kết quả: chưa chọn. Hãy chọn dòng có vướng mắc.", field="line")
    article = line.cite[0][0] if line.cite else ""
    words = "; ".join(text for _, text in line.cite) or bill.rulebook.title
    return Subject(
        About.RESULT, bill.rulebook, article, words[:MOST_WORDS], line.id[:200], line.words[:MOST_WORDS], bill.sheet
    )


def own_bill(user: User, sheet_id: int) -> Explanation:
    """The explained result of the user's own sheet. Raises NotYours for anybody else's."""
    bill = explanation(user, sheet_id)
    if bill.sheet.person.user_id != user.pk:
        raise NotYours("Chỉ nêu được vướng mắc về kết quả của chính mình.")
    return bill


def lines_of(bill: Explanation) -> list[Line]:
    """The lines of a bill, and the questions that the law leaves open in it."""
    found = [
        Line(line.id, _joined(group.title, line.title), tuple((c.key, c.text()) for c in line.cite))
        for group in bill.groups
        for line in group.lines
    ]
    known = {line.id for line in found}
    found += [
        Line(q.id, f"Điểm luật còn để ngỏ: {q.question_vi}", tuple((c.key, c.text()) for c in q.cite))
        for q in bill.open_points
        if q.id not in known
    ]
    return found


def _joined(group: str, line: str) -> str:
    return line if line.startswith(group) else f"{group}: {line}"


def article_in(choices: Sequence[Article], ref: str) -> Article:
    """The chosen article. Raises Refusal with the field."""
    found = next((a for a in choices if a.ref == ref), None)
    if found is None:
        raise Refusal(
            "reading.article", "Điều luật: chưa chọn. Hãy chọn điều mà cách hiểu này giải thích.", field="article"
        )
    return found
