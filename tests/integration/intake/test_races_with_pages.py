"""A list is applied while its page is used, or while another file is: nothing that anybody wrote is written over."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection

from tests.integration.organisation.ward import SINCE, Ward, build_ward, xlsx
from tests.races import together
from thuocdo.audit.verify import verify
from thuocdo.calendars.actions import set_day
from thuocdo.calendars.models import CalendarDay
from thuocdo.intake import planning, steps
from thuocdo.intake.actions import apply_import, preview_import
from thuocdo.kernel.errors import Conflict
from thuocdo.organisation.actions import changes, employ, people, units
from thuocdo.organisation.models import Employment, UnitLink
from thuocdo.records.actions import record_absence
from thuocdo.records.models import Absence, PartyOrganisation, PartyStanding
from thuocdo.records.party import actions as party

pytestmark = pytest.mark.django_db(transaction=True)
DAY = "01/07/2025"
PERSON = ["Mã cán bộ", "Họ và tên", "Mã đơn vị", "Đối tượng", "Chức vụ", "Từ ngày"]
UNIT = ["Mã đơn vị", "Tên đơn vị", "Loại", "Mã đơn vị cấp trên", "Từ ngày", "Thứ tự"]
CALENDAR = ["Mã đơn vị", "Ngày", "Nghỉ hay làm việc", "Tên ngày, lý do"]
PARTY = ["Mã tổ chức đảng", "Tên tổ chức đảng", "Loại", "Mã tổ chức đảng cấp trên", "Mã đơn vị", "Từ ngày"]
MEMBER = ["Mã cán bộ", "Mã tổ chức đảng", "Ngày kết nạp", "Từ ngày"]
STANDING = ["Mã cán bộ", "Tình trạng", "Từ ngày", "Đến ngày"]
ABSENCE = ["Mã cán bộ", "Loại vắng", "Từ ngày", "Đến ngày"]


@pytest.fixture
def ward(transactional_db: None, at: datetime) -> Ward:
    return build_ward(at)


def previewed(ward: Ward, at: datetime, kind: str, *rows: list[str]) -> Callable[[], Any]:
    """A file that has been looked at, to be applied."""
    act: dict[str, Any] = {"by": ward.officer, "at": at}
    batch = preview_import(kind=kind, scope="P1", file_name="t.xlsx", content=xlsx(rows[0], rows[1:]), **act)
    assert batch.state == "ready", batch.problems
    return partial(apply_import, batch_id=batch.pk, **act)


def bring(ward: Ward, at: datetime, kind: str, *rows: list[str]) -> None:
    assert previewed(ward, at, kind, *rows)().state == "applied"


def in_between(patch: pytest.MonkeyPatch, applying: Callable[[], Any], page: Callable[[], Any]) -> list[Any]:
    """The page is used once the import has read what it will write. Where the page waits, the import goes on."""
    read, done, planned = threading.Event(), threading.Event(), planning.planned_for

    def reading(*args: Any) -> Any:
        found = planned(*args)
        read.set()
        done.wait(1)
        return found

    def using() -> Any:
        read.wait(5)
        result = page()
        done.set()
        return result

    patch.setattr(steps, "planned_for", reading)
    results = together(applying, using)
    assert not any(isinstance(one, Exception) for one in results), results
    assert [p for p in verify().problems if p.kind != "head"] == []
    return results


def test_a_post_ends_while_the_list_of_people_changes_it(
    ward: Ward, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ["CC900", "Nguyễn Văn Sẵn", "P1-VP", "công chức", "Chuyên viên chính", DAY]
    file = previewed(ward, at, "people", PERSON, row)
    post = Employment.objects.get(person=ward.employee_person)
    end = date(2026, 12, 1)
    in_between(monkeypatch, file, partial(
        people.end_employment, by=ward.officer, at=at, employment_id=post.pk, end=end))  # fmt: skip
    post.refresh_from_db()
    assert (post.position, post.end) == ("Chuyên viên chính", end)


def test_a_head_comes_by_a_page_while_a_list_brings_another(
    ward: Ward, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page finds the head of the list, and refuses."""
    row = ["CC900", "Nguyễn Văn Sẵn", "P1-VP", "công chức", "Trưởng phòng", DAY, "người đứng đầu"]
    file = previewed(ward, at, "people", [*PERSON, "Vai trò"], row)
    post = employ(
        by=None, at=at, person_id=ward.officer.person.pk, unit_id=ward.units["P1-DU"].pk, kind="civil_servant",
        position="Chuyên viên", start=SINCE,
    )  # fmt: skip
    wanted: dict[str, Any] = {
        "by": ward.officer, "at": at, "employment_id": post.pk, "start": date(2026, 3, 1), "kind": "civil_servant",
        "unit_id": ward.units["P1-VP"].pk, "position": "Chánh Văn phòng", "leadership": "head",
    }  # fmt: skip

    def becoming() -> Any:
        with pytest.raises(Conflict, match="đã có người đứng đầu"):
            changes.change_post(**wanted)

    in_between(monkeypatch, file, becoming)
    heads = Employment.objects.filter(unit=ward.units["P1-VP"], leadership="head")
    assert [one.person.code for one in heads] == ["CC900"]


def test_a_name_is_put_right_while_the_list_of_units_changes_the_order(
    ward: Ward, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = ward.units["P1-VP"]
    file = previewed(ward, at, "units", UNIT, ["P1-VP", unit.name, "đơn vị trực tiếp sử dụng", "P1-UB", DAY, "7"])
    right = partial(units.correct_unit_name, by=ward.officer, at=at, unit_id=unit.pk, name="Văn phòng UBND phường Một")
    in_between(monkeypatch, file, right)
    unit.refresh_from_db()
    assert (unit.name, unit.order) == ("Văn phòng UBND phường Một", 7)


def test_a_day_is_set_while_the_list_of_days_changes_it(
    ward: Ward, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ["P1", "24/08/2026", "nghỉ", "Nghỉ bù"]
    bring(ward, at, "calendar", CALENDAR, row)
    file = previewed(ward, at, "calendar", CALENDAR, [*row[:3], "Lễ hội"])
    day: dict[str, Any] = {"unit_id": ward.units["P1"].pk, "day": date(2026, 8, 24), "kind": "off"}
    in_between(monkeypatch, file, partial(
        set_day, reason="Bão số 5", decision="Công điện 12", by=ward.officer, at=at, **day))  # fmt: skip
    assert list(CalendarDay.objects.values_list("reason", "decision")) == [("Bão số 5", "Công điện 12")]


def test_two_fix_the_same_new_day_at_once(ward: Ward, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    day: dict[str, Any] = {"unit_id": ward.units["P1"].pk, "day": date(2026, 8, 24), "kind": "off", "decision": ""}
    met, save = threading.Barrier(2, timeout=1), CalendarDay.save

    def saving(self: CalendarDay, **how: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            met.wait()
        save(self, **how)

    monkeypatch.setattr(CalendarDay, "save", saving)
    found = together(*(partial(set_day, reason=said, by=ward.officer, at=at, **day) for said in ("Bão", "Lũ")))
    refused = [one for one in found if isinstance(one, Conflict)]
    assert CalendarDay.objects.count() == 1
    assert all("Có người vừa ghi" in one.message for one in refused)
    assert len(refused) == 1 or connection.vendor == "sqlite"  # there the second write waits and replaces the first


def test_a_letterhead_is_written_while_the_list_of_party_organisations_changes_the_name(
    ward: Ward, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ["DB", "Đảng bộ phường", "đảng bộ cơ sở", "", "P1", DAY]
    bring(ward, at, "party-organisations", PARTY, row)
    file = previewed(ward, at, "party-organisations", PARTY, ["DB", "Đảng bộ phường Một", *row[2:]])
    here = PartyOrganisation.objects.get()
    in_between(monkeypatch, file, partial(
        party.write_letterhead, organisation_id=here.pk, above="THÀNH ỦY", name="ĐẢNG ỦY PHƯỜNG MỘT", heading="",
        by=ward.officer, at=at,
    ))  # fmt: skip
    here.refresh_from_db()
    assert (here.name, here.paper_above, here.paper_name) == ("Đảng bộ phường Một", "THÀNH ỦY", "ĐẢNG ỦY PHƯỜNG MỘT")


def test_a_standing_is_withdrawn_while_its_list_ends_it(
    ward: Ward, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(ward, at, "party-organisations", PARTY, ["CB", "Chi bộ", "chi bộ trực thuộc", "", "P1", DAY])
    bring(ward, at, "party-members", MEMBER, ["CC900", "CB", "03/02/2015", DAY])
    row = ["CC900", "đình chỉ sinh hoạt đảng", DAY, ""]
    bring(ward, at, "party-standings", STANDING, row)
    file = previewed(ward, at, "party-standings", STANDING, [*row[:3], "31/12/2026"])
    standing, here = PartyStanding.objects.get(), PartyOrganisation.objects.get()
    in_between(monkeypatch, file, partial(
        party.withdraw_standing, organisation_id=here.pk, standing_id=standing.pk, reason="Ghi nhầm", by=ward.officer,
        at=at,
    ))  # fmt: skip
    standing.refresh_from_db()
    assert (standing.end, standing.withdrawn_reason) == (date(2027, 1, 1), "Ghi nhầm")
    assert standing.withdrawn_at is not None


def test_an_absence_is_put_right_while_its_list_ends_it(
    ward: Ward, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ["CC900", str(Absence.Kind.labels[0]), "02/02/2026"]
    bring(ward, at, "absences", ABSENCE, [*row, ""])
    file = previewed(ward, at, "absences", ABSENCE, [*row, "31/03/2026"])
    in_between(monkeypatch, file, partial(
        record_absence, by=ward.officer, at=at, person_id=ward.employee_person.pk, kind=Absence.Kind.values[0],
        start=date(2026, 2, 2), end=date(2026, 3, 16),
    ))  # fmt: skip
    assert list(Absence.objects.values_list("end", flat=True)) == [date(2026, 3, 16)]


def test_two_files_move_one_unit_at_once(ward: Ward, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second reads the tree after the first has written it, and says what is different."""
    row = ["P1-VP", ward.units["P1-VP"].name, "đơn vị trực tiếp sử dụng"]
    files = [previewed(ward, at, "units", UNIT, [*row, above, day, "0"])
             for above, day in (("P1-DU", "01/03/2026"), ("P1", "01/02/2026"))]  # fmt: skip
    met, alone = threading.Barrier(2, timeout=2), steps._one_at_a_time

    def meeting() -> None:
        with suppress(threading.BrokenBarrierError):
            met.wait()
        alone()

    monkeypatch.setattr(steps, "_one_at_a_time", meeting)
    results = together(*files)
    assert sorted(isinstance(one, Conflict) for one in results) == [False, True]
    links = UnitLink.objects.filter(child=ward.units["P1-VP"]).order_by("start")
    assert (links.count(), links[0].end) == (2, links[1].start)
