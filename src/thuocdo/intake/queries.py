"""Reads of import batches; only who may import into the batch's scope sees it."""

from dataclasses import dataclass
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.intake.documents import stored_counts, stored_effects, stored_problems
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.specs import Effect, Problem, Spec, spec_of
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


def batch_for(user: User, batch_id: int, at: datetime, *, with_rows: bool = True) -> ImportBatch:
    """A batch whose scope the user may import into. Raises NotYours."""
    batches = ImportBatch.objects.select_related("uploaded_by")
    batch = (batches if with_rows else batches.defer("rows")).filter(pk=batch_id).first()
    spec = spec_of(batch.kind) if batch else None
    if batch is None or spec is None:
        raise NotYours()
    spec.scope(user, at, batch.scope)
    return batch


def batch_view(user: User, batch_id: int, at: datetime) -> BatchView:
    """A batch with all its problems and effects (the page shows them in parts). Raises NotYours."""
    batch = batch_for(user, batch_id, at, with_rows=False)
    spec = spec_of(batch.kind)
    assert spec is not None
    scope = spec.scope(user, at, batch.scope)
    return BatchView(
        batch, spec, scope.name, stored_counts(batch), stored_problems(batch), stored_effects(batch)
    )
