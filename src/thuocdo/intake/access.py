"""Who may have an uploaded file: whoever may write where it goes; a list of one's own work, whoever uploaded it."""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.specs import Scope, Spec, spec_of
from thuocdo.kernel.errors import NotYours


def where_of(batch: ImportBatch, by: User | None, at: datetime) -> tuple[Spec, Scope]:
    """The kind of a batch and where it writes, for `by`. Raises NotYours.

    The scope of a list of one's own work is found for whoever asks, so the file is checked to be theirs as well.
    """
    spec = spec_of(batch.kind)
    if spec is None or (spec.personal and (by is None or batch.uploaded_by_id != by.pk)):
        raise NotYours()
    return spec, spec.scope(by, at, batch.scope)
