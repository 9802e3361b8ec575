"""Answering, publishing an accepted reading, and opening an answered difficulty again."""

from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.difficulties import rules
from thuocdo.difficulties.books import articles, open_book
from thuocdo.difficulties.locking import (
    Kind,
    chain_for,
    end_reading,
    locked,
    move,
    require_holder,
    standing,
    step,
    tell_authors,
    tell_officers,
    texts,
)
from thuocdo.difficulties.models import AcceptedReading, Difficulty
from thuocdo.difficulties.subjects import article_in
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import fold
from thuocdo.rulesets.catalogue import force_words

State = Difficulty.State


@action
def answer(*, difficulty_id: int, version: int, answer: str, by: User, at: datetime) -> Difficulty:
    """The officer of the unit that has it answers; every author is told.

    Raises NotYours, Forbidden, Refused without words, Conflict where somebody was faster.
    """
    row = locked(difficulty_id)
    require_holder(row, by, at)
    words = texts(answer=(answer, "Trả lời", True))["answer"]
    if row.state == State.ANSWERED and row.answered_by_id == by.pk and row.answer == words:
        nothing_changed()
        return row
    rules.check_version(standing(row), version)
    move(row, "answer", by, at)
    row.answer, row.answered_by, row.answered_at = words, by, at
    row.save()
    made = step(row, Kind.ANSWERED, by, at, text=words)
    tell_authors(row, at, f"{row.holder.name} đã trả lời.")
    _tell_below(row, at, "đã được cấp trên trả lời.", by)
    record(chain=chain_for(row, at), code="difficulty.answered", by=by, at=at, objects=[row, made])
    return row


def _tell_below(row: Difficulty, at: datetime, words: str, by: User) -> None:
    """The units through which the difficulty came up are told."""
    passed = set(row.steps.values_list("to_unit_id", flat=True)) - {row.holder_id}
    if passed:
        tell_officers(row, sorted(passed), at, words, by)


@action
def publish(
    *, difficulty_id: int, version: int, article: str, question: str, reading: str, start: date, by: User, at: datetime
) -> AcceptedReading:
    """Publish an accepted reading of an article, in words without names, from a day on. It changes no figure.

    Raises NotYours, Forbidden, Refusal and Refused with the fields, Conflict.
    """
    row = locked(difficulty_id)
    require_holder(row, by, at)
    book = open_book(row.rulebook, row.overlays)
    chosen = article_in(articles(book), article)
    words = texts(question=(question, "Vướng mắc, bản công bố", True), reading=(reading, "Cách hiểu", True))
    known = row.readings.filter(ended_at=None).first()
    if known is not None and (known.text, known.question) == (words["reading"], words["question"]):
        nothing_changed()
        return known
    rules.check_version(standing(row), version)
    if start < book.since or (book.until is not None and start >= book.until):
        raise Refusal(
            "reading.start",
            f"Áp dụng từ ngày: {book.short_title} {force_words(book)}. Hãy chọn ngày trong thời gian đó.",
            field="start",
        )
    move(row, "publish", by, at)
    row.save()
    made = step(row, Kind.PUBLISHED, by, at, text=words["reading"])
    published = AcceptedReading(
        difficulty=row,
        rulebook=row.rulebook,
        article=chosen.ref,
        article_words=chosen.words,
        question=words["question"],
        text=words["reading"],
        unit=row.holder,
        start=start,
        published_by=by,
        published_at=at,
        search_key=fold(f"{chosen.words} {words['question']} {words['reading']}"),
    )
    published.save(force_insert=True)
    tell_authors(row, at, f"{row.holder.name} đã công bố cách hiểu.")
    _tell_below(row, at, "cấp trên đã công bố cách hiểu.", by)
    record(
        chain=chain_for(row, at),
        code="difficulty.published",
        by=by,
        at=at,
        objects=[row, made, published],
        data={"rulebook": row.rulebook, "article": chosen.ref, "start": start.isoformat()},
    )
    return published


@action
def reopen(*, difficulty_id: int, version: int, reason: str, by: User, at: datetime) -> Difficulty:
    """An answered, published or merged difficulty waits again; a published reading no longer stands.

    Raises NotYours, Forbidden, Refused without a reason, Conflict.
    """
    row = locked(difficulty_id)
    require_holder(row, by, at)
    words = texts(reason=(reason, "Lý do mở lại", True))["reason"]
    rules.check_version(standing(row), version)
    ended = end_reading(row, at)
    move(row, "reopen", by, at)
    row.merged_into = None
    row.answer, row.answered_by, row.answered_at = "", None, None
    row.save()
    made = step(row, Kind.REOPENED, by, at, text=words)
    tell_authors(row, at, "được mở lại để trả lời tiếp.")
    record(chain=chain_for(row, at), code="difficulty.reopened", by=by, at=at, objects=[row, made, *ended])
    return row
