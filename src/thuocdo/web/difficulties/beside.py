"""Difficulties beside the rulebook reader: the way to raise one, and the accepted readings by article."""

from django.urls import reverse
from django.utils.http import urlencode

from thuocdo.accounts.models import User
from thuocdo.difficulties.books import Book, in_force_for, is_in_force
from thuocdo.difficulties.queries import published_readings_of
from thuocdo.web.access import today


def beside(user: User, book: Book, *, kept: bool) -> dict[str, object]:
    """Context of the reader: `published` readings by article, `raise_path` where the user may raise a difficulty.

    `raise_path` ends so that `dieu=` or `diem=` can be put behind it; empty where the rulebook does not bind the
    user, and on a version kept for a period. At most seven queries.
    """
    found: dict[str, object] = {"published": published_readings_of(book.key), "raise_path": ""}
    if kept or not is_in_force(in_force_for(user, today()), book, today()):
        return found
    asked = urlencode([("bo", book.key), *(("quy-che", key) for key in book.overlays)])
    return found | {"raise_path": f"{reverse('difficulty_raise')}?{asked}&"}
