from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.cast import Cast
from thuocdo.audit.verify import verify
from thuocdo.catalogues import actions
from thuocdo.catalogues.drafts import Wording
from thuocdo.catalogues.models import Catalogue

Prepare = Callable[..., Catalogue]
STANDARD = Wording("SP-00", "Văn bản đơn giản", 1, standard=True, points=500)
REPORT = Wording("SP-01", "Báo cáo tháng", 2, points=1200)


def prepare(cast: Cast, at: datetime, *lines: Wording, **way: Any) -> Catalogue:
    """A draft of the economy division's catalogue by ratio, with these lines (a standard and a report otherwise)."""
    by = cast.organisation_officer.user
    row = Catalogue.objects.filter(agency=cast.economy, state="drafting").first()
    row = row or actions.begin_catalogue(agency_id=cast.economy.pk, by=by, at=at)
    chosen = {
        "method": "ratio", "ratio_accepted": True, "rounding": "none", "rounding_reason": "",
        "groups": [("Đơn giản", None), ("Trung bình", None), ("Khó", None)],
    } | way  # fmt: skip
    row = actions.save_way(catalogue_id=row.pk, version=row.version, by=by, at=at, **chosen)
    known = dict(row.lines.values_list("code", "pk"))
    for wording in lines or (STANDARD, REPORT):
        version = Catalogue.objects.get(pk=row.pk).version
        actions.save_line(
            catalogue_id=row.pk, version=version, line_id=known.get(wording.code), wording=wording, by=by, at=at
        )
    return Catalogue.objects.get(pk=row.pk)


def submitted(cast: Cast, at: datetime, *lines: Wording, **way: Any) -> Catalogue:
    """The same, submitted by the officer."""
    row = prepare(cast, at, *lines, **way)
    return actions.submit_catalogue(catalogue_id=row.pk, version=row.version, by=cast.organisation_officer.user, at=at)


def own_problems() -> list[str]:
    """What a verification finds about rows of this room (those of the cast were made without a record)."""
    return [p.message for p in verify().problems if p.kind.startswith(("catalogues.", "work.product"))]
