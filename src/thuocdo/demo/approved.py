"""The catalogue of every agency as an approved version with derivations, and one proposal that waits.

Points and groups are invented. The organisation officer prepares, the head of the agency or above it approves.
"""

from datetime import datetime
from functools import partial

from thuocdo.accounts.models import User
from thuocdo.catalogues import actions
from thuocdo.catalogues.access import authorities_of
from thuocdo.catalogues.drafts import Wording
from thuocdo.catalogues.models import Catalogue
from thuocdo.demo import situations as s
from thuocdo.demo.catalogue import STANDARD, products, products_of
from thuocdo.demo.months import DemoMonth
from thuocdo.demo.timeline import Timeline, moment
from thuocdo.demo.units import RULES_FROM
from thuocdo.demo.world import World
from thuocdo.kernel.typed import parse_points
from thuocdo.organisation.models import Unit

AGENCY = "HK-VP"
STANDARD_POINTS = 5
GROUPS = ("Thao tác theo mẫu", "Đơn giản", "Trung bình", "Phức tạp", "Rất phức tạp")


def schedule_catalogue(timeline: Timeline, world: World, month: DemoMonth) -> None:
    """Before the first tasks the catalogues are prepared and approved; later somebody proposes a product."""
    timeline.add(moment(month.day(1), 7), partial(_prepare_all, world))
    timeline.add(moment(month.day(2), 7), partial(_approve_all, world))
    timeline.add(moment(month.after, 9), partial(_propose, world))


def _prepare_all(world: World, at: datetime) -> None:
    for agency in Unit.objects.filter(code__in={product.agency for product in products()}).order_by("code"):
        _prepare(agency, world.officer, at)


def _prepare(agency: Unit, by: User, at: datetime) -> None:
    row = actions.begin_catalogue(agency_id=agency.pk, by=by, at=at)
    row = actions.save_way(
        catalogue_id=row.pk, version=row.version, method="ratio", ratio_accepted=True, rounding="none",
        rounding_reason="", groups=[(name, None) for name in GROUPS], by=by, at=at,
    )  # fmt: skip
    for number, product in enumerate(products_of(agency.code)):
        wording = Wording(
            product.code, product.name, product.complexity, standard=product.name == STANDARD,
            points=parse_points(product.coefficient) * STANDARD_POINTS,
        )  # fmt: skip
        actions.save_line(
            catalogue_id=row.pk, version=row.version + number, line_id=None, wording=wording, by=by, at=at
        )
    row = Catalogue.objects.get(pk=row.pk)
    actions.submit_catalogue(catalogue_id=row.pk, version=row.version, by=by, at=at)


def _approve_all(world: World, at: datetime) -> None:
    for row in Catalogue.objects.select_related("agency").order_by("pk"):
        actions.approve_catalogue(
            catalogue_id=row.pk, version=row.version, decision_number=f"{row.agency.code}-01 (minh họa)",
            decided_on=at.date(), start=RULES_FROM, by=authorities_of(row.agency_id, at.date())[0], at=at,
        )  # fmt: skip


def _propose(world: World, at: datetime) -> None:
    actions.propose_product(
        agency_id=Unit.objects.get(code=AGENCY).pk, name="Bản tin nội bộ điện tử",
        words="Mỗi tháng phải làm một số, chưa có trong danh mục; gần với “Lịch công tác và thông báo kết luận”.",
        by=world.user(s.CIVIL_SERVANT), at=at,
    )  # fmt: skip
