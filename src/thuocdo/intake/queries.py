"""Reads of import batches; only who may import into the batch's scope sees it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.intake.decoding import Conversion
from thuocdo.intake.documents import (
    stored_absent,
    stored_conversion,
    stored_counts,
    stored_effects,
    stored_problems,
    stored_warnings,
)
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.specs import Effect, Problem, Scope, Spec, spec_of
from thuocdo.kernel.errors import NotYours


@dataclass(frozen=True)
class BatchLine:
    """One line of the list of batches."""

    batch: ImportBatch
    title: str
    counts: dict[str, int]


@dataclass(frozen=True)
class BatchView:
    """A batch for its page: counts, and one page of its problems or effects."""

    batch: ImportBatch
    spec: Spec
    scope_name: str
    counts: dict[str, int]
    problems: list[Problem]
    effects: list[Effect]
    warnings: list[Problem]
    absent: list[str]
    conversion: Conversion | None


def batches_for(user: User, scopes: list[str], *, most: int = 20) -> list[BatchLine]:
    """The latest batches in these scopes (unit codes the caller may act for). One query."""
    rows = (
        ImportBatch.objects.filter(scope__in=scopes).defer("rows", "problems").select_related("uploaded_by")
    )
    return [
        BatchLine(b, spec.title, stored_counts(b))
        for b in rows.order_by("-pk")[:most]
        if (spec := spec_of(b.kind)) is not None
    ]


def batch_for(user: User, batch_id: int, at: datetime) -> ImportBatch:
    """A batch, with its rows, whose scope the user may import into. Raises NotYours."""
    return _found(ImportBatch.objects.all(), user, batch_id, at)[0]


def batch_view(user: User, batch_id: int, at: datetime) -> BatchView:
    """A batch with all its problems and effects (the page shows them in parts). Raises NotYours."""
    batch, spec, scope = _found(ImportBatch.objects.defer("rows"), user, batch_id, at)
    return BatchView(
        batch, spec, scope.name, stored_counts(batch), stored_problems(batch), stored_effects(batch),
        stored_warnings(batch), stored_absent(batch), stored_conversion(batch),
    )


def _found(
    batches: QuerySet[ImportBatch], user: User, batch_id: int, at: datetime
) -> tuple[ImportBatch, Spec, Scope]:
    batch = batches.select_related("uploaded_by").filter(pk=batch_id).first()
    spec = spec_of(batch.kind) if batch else None
    if batch is None or spec is None:
        raise NotYours()
    return batch, spec, spec.scope(user, at, batch.scope)
