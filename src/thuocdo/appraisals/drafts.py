"""Drafts: kept as typed, but only in the shape of a sheet and of a bounded size."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, Subquery

from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.facts import canonical
from thuocdo.appraisals.models import Draft

KEYS = frozenset(
    {
        "marks",
        "strengths",
        "shortcomings",
        "unreported_ok",
        "tasks",
        "leadership_factors",
        "factor_reasons",
        "decisions",
        "comment",
        "fields",
        "reasons",
    }
)
MAX_SIZE = 400_000
_SHAPE = {"document": "Bản nháp gửi lên sai dạng hoặc quá dài; hãy tải lại trang rồi nhập lại."}


def check_shape(document: Mapping[str, Any], keys: frozenset[str] = KEYS) -> dict[str, Any]:
    """The document, if it has only these keys, those of a person's sheet, and plain values. Raises Refused."""
    if not isinstance(document, Mapping) or not keys.issuperset(document) or not _is_plain(dict(document), 4):
        raise Refused(_SHAPE, code="draft.shape")
    if len(canonical(document)) > MAX_SIZE:
        raise Refused(_SHAPE, code="draft.shape")
    return dict(document)


def _is_plain(value: object, depth: int) -> bool:
    if isinstance(value, Mapping):
        return depth > 0 and all(isinstance(k, str) and _is_plain(v, depth - 1) for k, v in value.items())
    return value is None or isinstance(value, (str, bool, int))


def drafted_by(user_id: int) -> Subquery:
    """For a query of sheets: the author's working copy as it is kept, or NULL."""
    return Subquery(Draft.objects.filter(sheet=OuterRef("pk"), author_id=user_id).values("document")[:1])


def read_draft(kept: str | None) -> dict[str, Any] | None:
    """The working copy that `drafted_by` gave."""
    return None if kept is None else json.loads(kept)
