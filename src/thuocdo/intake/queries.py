"""Reads of import batches; only who may import into the batch's scope sees it, and of the own work only its owner."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.intake.access import where_of
from thuocdo.intake.decoding import Conversion
from thuocdo.intake.documents import (
    stored_absent,
    stored_conversion,
    stored_counts,
    stored_effects,
    stored_problems,
    stored_warnings,
)
from thuocdo.intake.models import ImportBatch, LargeImport
from thuocdo.intake.specs import Effect, Problem, Scope, Spec, specs
from thuocdo.kernel.errors import NotYours

QUIET_AFTER = 300
"""Seconds without progress after which the page of a large file says that nothing seems to be working on it."""


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
    large: LargeImport | None = None
    quiet: bool = False
    undone: ImportBatch | None = None

    @property
    def working(self) -> bool:
        """Whether the worker has this file."""
        return self.batch.state in (ImportBatch.State.READING, ImportBatch.State.APPLYING)

    @property
    def may_be_undone(self) -> bool:
        """Whether the rows of before were kept and nobody took them back yet."""
        applied = self.batch.state == ImportBatch.State.APPLIED
        return applied and bool(self.batch.before) and self.batch.undoes_id is None and self.undone is None


def batches_for(user: User, scopes: list[str], *, most: int = 20) -> list[BatchLine]:
    """The latest batches of an officer in these scopes (unit codes the caller may act for). One query."""
    titles = {spec.kind: spec.title for spec in specs()}
    rows = ImportBatch.objects.filter(scope__in=scopes, kind__in=titles).defer("rows", "problems", "before")
    latest = rows.select_related("uploaded_by").order_by("-pk")[:most]
    return [BatchLine(b, titles[b.kind], stored_counts(b)) for b in latest]


def batch_for(user: User, batch_id: int, at: datetime) -> ImportBatch:
    """A batch, with its rows, that the user may import, see `access.where_of`. Raises NotYours."""
    return _found(ImportBatch.objects.all(), user, batch_id, at)[0]


def batch_view(user: User, batch_id: int, at: datetime) -> BatchView:
    """A batch with all its problems and effects (the page shows them in parts). Raises NotYours."""
    batch, spec, scope = _found(ImportBatch.objects.defer("rows"), user, batch_id, at)
    large = large_of(batch)
    undone = ImportBatch.objects.filter(undoes=batch, state=ImportBatch.State.APPLIED).only("applied_at").first()
    last = (large.moved_at or large.asked_at) if large else at
    return BatchView(
        batch, spec, scope.name, stored_counts(batch), stored_problems(batch), stored_effects(batch),
        stored_warnings(batch), stored_absent(batch), stored_conversion(batch), large,
        quiet=(at - last).total_seconds() > QUIET_AFTER, undone=undone,
    )


def _found(
    batches: QuerySet[ImportBatch], user: User, batch_id: int, at: datetime
) -> tuple[ImportBatch, Spec, Scope]:
    batch = batches.select_related("uploaded_by").filter(pk=batch_id).first()
    if batch is None:
        raise NotYours()
    return batch, *where_of(batch, user, at)


def next_large() -> LargeImport | None:
    """The large file that has waited longest: for the worker, which has no user."""
    waiting = LargeImport.objects.exclude(step=LargeImport.Step.NONE)
    return waiting.order_by("asked_at", "pk").first()


def large_of(batch: ImportBatch) -> LargeImport | None:
    """Where the worker is with a large file, without its content; the caller has checked who asks."""
    return LargeImport.objects.filter(pk=batch.pk).defer("content").first()
