"""Overlays that are kept in the database: approved regulations, and drafts that somebody tries out."""

from collections.abc import Sequence
from functools import lru_cache

from django.utils.timezone import localdate

from thuocdo.engine.errors import RulebookError
from thuocdo.engine.source import OverlaySource
from thuocdo.rulesets.models import Regulation, RegulationText
from thuocdo.rulesets.regulation_overlay import APPROVED, DRAFT, draft_key


def is_stored(key: str) -> bool:
    """Whether the key names an overlay of the database and not of a folder."""
    return key.startswith((f"{APPROVED}/", f"{DRAFT}/"))


def is_draft(key: str) -> bool:
    """Whether the key names a draft, under which nobody may be rated."""
    return key.startswith(f"{DRAFT}/")


def given(overlays: Sequence[str]) -> tuple[str | OverlaySource, ...]:
    """The overlays as the engine takes them: keys of folders as they are, those of the database as data.

    Raises RulebookError for a regulation that does not exist, or a draft that has moved on.
    """
    return tuple(_source(key) if is_stored(key) else key for key in overlays)


def text_of(key: str) -> str:
    """The text of an overlay of the database. Raises RulebookError."""
    return _source(key).text


def _source(key: str) -> OverlaySource:
    return _draft(key) if is_draft(key) else _approved(key)


@lru_cache(maxsize=256)
def _approved(key: str) -> OverlaySource:
    """Read once: the text never changes, and its key holds its digest."""
    content = RegulationText.objects.filter(key=key).values_list("content", flat=True).first()
    if content is None:
        raise RulebookError(file=key, key="", problem="không có quy chế này", remedy="Chọn quy chế đã phê duyệt.")
    return OverlaySource(key, content)


def _draft(key: str) -> OverlaySource:
    from thuocdo.rulesets.drafting import overlay_of_draft  # it loads the parent through the catalogue, as we do

    number = key.removeprefix(f"{DRAFT}/").partition("-")[0]
    row = Regulation.objects.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
    overlay = overlay_of_draft(row, localdate()) if row else None
    if row is None or overlay is None or draft_key(row.pk, overlay.digest) != key:
        raise RulebookError(
            file=key, key="", problem="bản soạn này không còn như vậy", remedy="Mở lại từ trang soạn quy chế."
        )
    return overlay.source(key)
