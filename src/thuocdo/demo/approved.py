"""The office's catalogue as an approved version with derivations, and one proposal that waits.

Points and groups are invented; the products and their coefficients are those that were imported.
"""

from datetime import datetime
from functools import partial

from thuocdo.catalogues import actions
from thuocdo.catalogues.drafts import Wording
from thuocdo.catalogues.models import Catalogue
from thuocdo.demo import situations as s
from thuocdo.demo.catalogue import STANDARD, products_of
from thuocdo.demo.months import DemoMonth
from thuocdo.demo.timeline import Timeline, moment
from thuocdo.demo.units import RULES_FROM
from thuocdo.demo.world import World
from thuocdo.kernel.typed import parse_points
from thuocdo.organisation.models import Unit

AGENCY, HEAD = "HK-VP", "vp.h"
STANDARD_POINTS = 5
GROUPS = ("Thao tác theo mẫu", "Đơn giản", "Trung bình", "Phức tạp", "Rất phức tạp")


def schedule_catalogue(timeline: Timeline, world: World, month: DemoMonth) -> None:
    """In the first month the office's catalogue is prepared and approved; later somebody proposes a product."""
    timeline.add(moment(month.day(3), 9), partial(_prepare, world))
    timeline.add(moment(month.day(4), 9), partial(_approve, world))
    timeline.add(moment(month.after, 9), partial(_propose, world))


def _prepare(world: World, at: datetime) -> None:
    by = world.officer
    row = actions.begin_catalogue(agency_id=Unit.objects.get(code=AGENCY).pk, by=by, at=at)
    row = actions.save_way(
        catalogue_id=row.pk, version=row.version, method="ratio", ratio_accepted=True, rounding="none",
        rounding_reason="", groups=[(name, None) for name in GROUPS], by=by, at=at,
    )  # fmt: skip
    lines = dict(row.lines.values_list("code", "pk"))
    for number, product in enumerate(products_of(AGENCY)):
        wording = Wording(
            product.code, product.name, product.complexity, standard=product.name == STANDARD,
            points=parse_points(product.coefficient) * STANDARD_POINTS,
        )  # fmt: skip
        actions.save_line(
            catalogue_id=row.pk, version=row.version + number, line_id=lines[product.code], wording=wording, by=by,
            at=at,
        )  # fmt: skip
    row = Catalogue.objects.get(pk=row.pk)
    actions.submit_catalogue(catalogue_id=row.pk, version=row.version, by=by, at=at)


def _approve(world: World, at: datetime) -> None:
    row = Catalogue.objects.get(agency__code=AGENCY)
    actions.approve_catalogue(
        catalogue_id=row.pk, version=row.version, decision_number="12/QĐ-VP (minh họa)",
        decided_on=at.date(), start=RULES_FROM, by=world.user(HEAD), at=at,
    )  # fmt: skip


def _propose(world: World, at: datetime) -> None:
    actions.propose_product(
        agency_id=Unit.objects.get(code=AGENCY).pk, name="Bản tin nội bộ điện tử",
        words="Mỗi tháng phải làm một số, chưa có trong danh mục; gần với “Lịch công tác và thông báo kết luận”.",
        by=world.user(s.CIVIL_SERVANT), at=at,
    )  # fmt: skip
