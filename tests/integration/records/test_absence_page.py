"""An absence written on the person's page: recorded, its end corrected, refused where it cannot stand."""

from datetime import date

import pytest

from tests.cast import Cast
from thuocdo.audit.models import Event
from thuocdo.audit.presenters import sentence
from thuocdo.intake.specs import Row
from thuocdo.organisation.imports import officer_scope
from thuocdo.records.imports import plan_absences
from thuocdo.records.models import Absence

pytestmark = pytest.mark.django_db
SICK = {"viec": "vang", "away_kind": "sick_leave", "away_start": "02/03/2026", "away_last": ""}


def page(person) -> str:
    return f"/to-chuc/nguoi/{person.pk}/"


def test_an_absence_is_recorded_and_its_end_corrected_each_with_one_event(client, cast: Cast) -> None:
    client.force_login(cast.organisation_officer.user)
    begun = Event.objects.count()
    shown = client.post(page(cast.colleague), SICK, follow=True).content.decode()
    assert "Nghỉ ốm theo chế độ" in shown
    assert "từ 02/03/2026, chưa ghi ngày cuối" in shown
    client.post(page(cast.colleague), SICK | {"away_last": "06/03/2026"})
    client.post(page(cast.colleague), SICK | {"away_last": "06/03/2026"})
    absence = Absence.objects.get(person=cast.colleague)
    assert (absence.start, absence.end) == (date(2026, 3, 2), date(2026, 3, 7))
    codes = Event.objects.order_by("pk").values_list("code", flat=True)[begun:]
    assert list(codes) == ["absence.recorded", "absence.corrected"]


@pytest.mark.parametrize(("wrong", "said"), [
    ({"away_kind": "", "away_start": "x"}, ("Loại vắng: chưa chọn", "Từ ngày")),
    ({"away_kind": "holiday"}, ("Loại vắng không có trong danh mục",)),
    ({"away_last": "01/03/2026"}, ("Đến ngày trước Từ ngày",)),
    ({"away_start": "05/02/2026"}, ("Trùng thời gian với lần vắng cùng loại",)),
])  # fmt: skip
def test_what_cannot_stand_is_refused_and_kept_as_typed(client, cast: Cast, wrong, said) -> None:
    Absence.objects.create(person=cast.colleague, kind="sick_leave", start=date(2026, 2, 2), end=date(2026, 2, 10))
    client.force_login(cast.organisation_officer.user)
    answer = client.post(page(cast.colleague), SICK | wrong)
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert all(words in shown for words in said)
    assert f'name="away_start" value="{(SICK | wrong)["away_start"]}"' in shown
    assert Absence.objects.filter(person=cast.colleague).count() == 1


def test_nobody_records_the_own_absence_and_no_stranger_any(client, cast: Cast) -> None:
    client.force_login(cast.organisation_officer.user)
    own = client.post(page(cast.organisation_officer), SICK)
    assert own.status_code in (400, 403)
    assert "không tự ghi thời gian vắng" in own.content.decode()
    client.force_login(cast.head.user)
    assert client.post(page(cast.colleague), SICK).status_code in (403, 404)
    assert not Absence.objects.filter(person__in=[cast.organisation_officer, cast.colleague]).exists()


def test_an_absence_recorded_by_mistake_is_withdrawn_with_its_reason_on_record(client, cast: Cast) -> None:
    client.force_login(cast.organisation_officer.user)
    client.post(page(cast.colleague), SICK)
    absence = Absence.objects.get(person=cast.colleague)
    act = {"viec": "bo-vang", "absence": absence.pk}
    bare = client.post(page(cast.colleague), act)
    assert bare.status_code == 400
    assert f'id="away_reason_{absence.pk}-error"' in bare.content.decode()
    assert client.post(page(cast.officer_appraised), act | {f"away_reason_{absence.pk}": "Nhầm"}).status_code == 404
    client.post(page(cast.colleague), act | {f"away_reason_{absence.pk}": "Ghi nhầm người"})
    assert not Absence.objects.filter(person=cast.colleague).exists()
    event = Event.objects.get(code="absence.withdrawn")
    assert sentence(event) == ("Bỏ lần vắng ghi nhầm: nghỉ ốm theo chế độ từ 02/03/2026. Lý do: Ghi nhầm người")


def test_no_list_brings_the_own_absence_in(cast: Cast, at) -> None:
    """Abuse: what the page refuses comes by Excel; a row that changes nothing may stay in the file."""
    officer = cast.organisation_officer
    Absence.objects.create(person=officer, kind="study", start=date(2026, 1, 5), end=date(2026, 1, 10))
    scope = officer_scope(officer.user, at, "PHUONG")
    rows = [
        (2, officer.code, "study", date(2026, 1, 5), date(2026, 1, 9)),
        (3, officer.code, "sick_leave", date(2026, 3, 2), None),
        (4, cast.colleague.code, "sick_leave", date(2026, 3, 2), None),
    ]
    made = [
        Row(number, {"code": code, "kind": kind, "start": start, "last": last}, {"last": "", "start": ""})
        for number, code, kind, start, last in rows
    ]
    plan = plan_absences(scope, made)
    assert [(one.row, "chính mình" in one.message) for one in plan.problems] == [(3, True)]
