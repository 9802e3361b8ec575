"""What goes along with handed-over results: the difficulties that the person raised about these very results."""

from collections.abc import Collection, Iterator

from thuocdo.difficulties.models import Difficulty
from thuocdo.results.handing import Kind, Piece


def pieces_of(sheets: Collection[int]) -> Iterator[Piece]:
    """Difficulties about a line of one of these sheets, not withdrawn, with their answer. One query.

    What was asked about the rules at large stays with the unit that handles it.
    """
    rows = Difficulty.objects.filter(sheet__in=sheets).exclude(state=Difficulty.State.WITHDRAWN).order_by("pk")
    for row in rows:
        content = {
            "article": row.article_words,
            "about": row.item_words,
            "text": row.text,
            "proposal": row.proposal,
            "raised_at": row.raised_at.isoformat(),
            "state": row.get_state_display(),
            "answer": row.answer,
        }
        yield Piece(Kind.DIFFICULTY, f"Vướng mắc về {row.item_words or row.article_words}"[:300], content)
