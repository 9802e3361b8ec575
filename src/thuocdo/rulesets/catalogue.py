"""The rulebooks of this installation: those that come with the product and those of THUOCDO_RULEBOOKS."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from thuocdo.engine import Rulebook, load_rulebook
from thuocdo.engine.loader import default_roots, list_overlays, list_rulebooks


def roots() -> tuple[Path, ...]:
    """Folders that are searched, in order."""
    return (*default_roots(), *(Path(p) for p in [settings.EXTRA_RULEBOOKS] if p))


def load(key: str, overlays: Sequence[str] = ()) -> Rulebook:
    """A rulebook with its overlays; cached. Raises RulebookError."""
    return load_rulebook(key, tuple(overlays), roots())


def rulebooks() -> list[Rulebook]:
    """All rulebooks, by key."""
    return [load(key) for key in list_rulebooks(roots())]


def overlays() -> tuple[str, ...]:
    """Keys of all overlays."""
    return list_overlays(roots())
