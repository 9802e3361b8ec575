"""Flow A under rulebooks whose sheets are schemes, not converted products: the same budgets on a phone."""

import pytest

from tests.cast import Cast
from tests.factories.months import sheet_of
from tests.factories.schemes import bound, opened_period
from tests.journeys.conftest import Visitor
from tests.journeys.counting import Counter
from tests.journeys.people import cast_with_passwords
from thuocdo.appraisals.models import Sheet

pytestmark = pytest.mark.django_db(transaction=True)
SHEETS = {
    "a month of Hà Nội 2018": (
        ("local/ha-noi-3814-2018", ("overlays/vi-du-ha-noi-2018",)),
        {"kind": "month", "number": 2},
        {"marks.discipline": "20", "marks.planned": "40", "marks.urgent": "30", "marks.bonus": "5"},
    ),
    "a quarter of TP.HCM": (
        ("local/tp-hcm-20-2024", ("overlays/vi-du-tp-hcm-so",)),
        {"kind": "quarter", "number": 1},
        {"marks.discipline": "18", "marks.competence": "27", "marks.results": "45"},
    ),
}


@pytest.mark.parametrize("name", SHEETS)
def test_flow_a_under_a_scheme_on_a_phone(phone: Visitor, name: str) -> None:
    rule, period, fields = SHEETS[name]
    cast: Cast = cast_with_passwords()
    bound(cast, *rule)
    sheet = sheet_of(opened_period(cast, **period), cast.officer_appraised)
    phone.sign_in("kt003")
    phone.page.wait_for_load_state("networkidle")
    flow = Counter(phone).start()

    flow.arrive(lambda: flow.tap("link", "Lập và nộp phiếu"))
    phone.accessible()
    for field, text in fields.items():
        flow.type(f'[name="fields.{field}"]', text)
    flow.type("#strengths", "Đúng hạn, đủ việc.")
    flow.wait("#dang-tinh", "Đã lưu nháp")
    phone.accessible()
    flow.arrive(lambda: flow.tap("button", "Xem lại trước khi nộp"))
    assert flow.count("main >> text=Sửa") >= 1
    phone.accessible()
    flow.arrive(lambda: flow.tap("button", "Nộp phiếu"))
    assert cast.head.full_name in flow.text(), "the receipt says who holds the sheet"

    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.SUBMITTED
    assert flow.taps <= 20, flow
    assert flow.characters <= 60, flow
    assert flow.loads <= 4, flow
    assert flow.bytes <= 300_000, flow
    assert flow.seconds <= 90, flow
    assert flow.keys == 0, flow
    print(flow, round(flow.seconds))
