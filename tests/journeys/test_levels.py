"""Levels within places: the officer freezes, a head proposes with keys alone, the authority decides."""

from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast, build_cast
from tests.factories import months
from tests.factories.people import make_person
from tests.factories.schemes import bound
from tests.journeys.conftest import Visitor
from tests.journeys.counting import Counter
from tests.journeys.people import may_sign_in, month_open
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import LevelDecision, LevelProposal
from thuocdo.cycles.models import Cycle

pytestmark = pytest.mark.django_db(transaction=True)
MARKS = {"marks.discipline": "20", "marks.planned": "40", "marks.urgent": "30", "marks.bonus": "5"}
GOOD = MARKS | {"marks.urgent": "15"}


@pytest.fixture
def cast() -> Cast:
    """The ward under Hà Nội 2018, with passwords; thirty more people in the economy division."""
    made = build_cast()
    bound(made, "local/ha-noi-3814-2018", ("overlays/vi-du-ha-noi-2018",))
    for number in range(30):
        make_person(f"KT{100 + number}", f"Nguyễn Văn {number:02}", made.economy)
    may_sign_in()
    return made


def confirmed_month(cast: Cast) -> Cycle:
    """Ten people of the division with a result, eight of them from 90 points."""
    at = timezone.now()
    cycle = month_open(cast, at)  # fmt: skip
    items = []
    for sheet in cycle.sheets.filter(person__code__startswith="KT1").select_related("person__user").order_by("pk")[:10]:
        document = {"fields": MARKS if len(items) < 8 else GOOD, "strengths": "", "shortcomings": ""}
        actions.submit(sheet_id=sheet.pk, version=sheet.version, document=document, by=sheet.person.user, at=at)
        items.append((sheet.pk, months.sheet_of(cycle, sheet.person).version))
    actions.confirm_many(items=items, comment="Nhất trí", by=cast.head.user, at=at)
    return cycle


@pytest.mark.long(11)
def test_levels_are_proposed_with_keys_alone_and_decided(visitors: Any, cast: Cast) -> None:
    cycle = confirmed_month(cast)
    officer: Visitor = visitors()
    officer.sign_in(cast.organisation_officer.user.username)
    officer.go(f"/to-chuc/ky/{cycle.pk}/")
    officer.arrive("link", "Số suất theo tỷ lệ")
    officer.arrive("button", "Chốt số suất")
    officer.accessible()
    officer.picture("levels-places-desktop")

    desk: Visitor = visitors()
    desk.sign_in(cast.head.user.username)
    desk.go(f"/danh-gia/{cycle.pk}/muc/")
    desk.accessible()
    flow = Counter(desk).start()
    for number in range(10):
        flow.press("ArrowDown")
        flow.press("1")
        if number == 0:
            flow.press("2")
            flow.press("g")
            flow.write("Nhường")
            assert "Đang chọn: Hoàn thành xuất sắc nhiệm vụ 0/" in flow.text()
            flow.press("Escape")
    assert "Đang chọn: Hoàn thành xuất sắc nhiệm vụ 7/" in flow.text(), "counted before anything is saved"
    assert not LevelProposal.objects.exists()
    desk.picture("levels-keys-desktop")
    flow.arrive(lambda: flow.press("d"))
    assert LevelProposal.objects.filter(sheet__cycle=cycle).count() == 10
    assert LevelProposal.objects.get(reason="Nhường").level == "good"
    assert "Hoàn thành xuất sắc nhiệm vụ 7/" in flow.text()
    assert flow.taps == 0, flow
    assert flow.keys <= 36, flow
    assert flow.loads == 1, flow

    desk.go(f"/danh-gia/{cycle.pk}/quyet-dinh-muc/")
    desk.accessible()
    flow.press("a")
    desk.picture("levels-decide-desktop")
    flow.arrive(lambda: flow.press("d"))
    assert LevelDecision.objects.filter(sheet__cycle=cycle).count() == 10
    assert "Còn 0/10 đề xuất chưa quyết định" in flow.text()

    hand: Visitor = visitors(phone=True)
    hand.sign_in(cast.head.user.username)
    for name in ("muc", "quyet-dinh-muc"):
        hand.go(f"/danh-gia/{cycle.pk}/{name}/")
        hand.accessible()
        hand.picture(f"levels-{name}-phone")
    hand = visitors(phone=True)
    hand.sign_in(cast.organisation_officer.user.username)
    hand.go(f"/to-chuc/ky/{cycle.pk}/suat/")
    hand.accessible()
    hand.picture("levels-places-phone")
