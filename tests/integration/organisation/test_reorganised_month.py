"""Two divisions merge while February is not confirmed: sheets, evaluators, rules and the way back (abuse case 41)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, build_cast
from tests.factories.months import judgement, make_task, open_month, sheet_of, submitted
from tests.factories.people import add_post
from tests.guards import outside_actions
from tests.integration.organisation.ward import build_ward
from thuocdo.appraisals import actions
from thuocdo.audit.verify import verify
from thuocdo.catalogues import actions as catalogues
from thuocdo.catalogues.models import Catalogue
from thuocdo.cycles.models import Member
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.organisation import actions as organisation
from thuocdo.organisation.changes.mapping import PlacementLine, SuccessionLine
from thuocdo.organisation.models import Employment, Role, Unit
from thuocdo.organisation.queries import agency_of, head_of
from thuocdo.organisation.waiting import todo
from thuocdo.plans.models import PlanSetting, WeekGrading
from thuocdo.rulesets.models import Binding
from thuocdo.work.models import Product

pytestmark = pytest.mark.django_db
LINES = [
    SuccessionLine("KT", "KTVH", "Phòng Kinh tế - Văn hóa", "agency"),
    SuccessionLine("VH", "KTVH", "Phòng Kinh tế - Văn hóa", "agency"),
]
DEPUTY = [PlacementLine("VH001", "VH", "KTVH", "Phó Trưởng phòng", "deputy")]


@pytest.fixture
def cast(db: None) -> Cast:
    found = build_cast()
    for person in (found.officer_appraised, found.colleague, found.without_account):
        make_task(person, found.economy, giver=found.task_giver.user)
    with outside_actions():
        for unit in (found.economy, found.culture):
            Binding.objects.create(
                unit=unit, subject_kind="civil_servant", rulebook="state/nd-335-2025", start=found.ward.start,
                decided_by="UBND phường", reason="Nghị định 335", recorded_by=None,
            )
    return found


def plan(cast: Cast, at, *, lines=LINES, placements=DEPUTY, rule="", reason="Thống nhất với hai phòng."):
    act: dict[str, Any] = {"by": cast.organisation_officer.user, "at": at}
    made = organisation.begin_reorganisation(
        root_id=cast.ward.pk, title="Hợp nhất hai phòng", decision="20/QĐ-UBND", decided_on=at.date(),
        start=at.date(), **act,
    )
    act["plan_id"] = made.pk
    made = organisation.save_reorganisation(
        version=made.version, rows=lines, month_rule=rule, month_reason=reason if rule else "", **act
    )
    made = organisation.save_reorganisation(version=made.version, placements=placements, **act)
    return made, act


def test_who_finishes_the_month_is_asked_and_never_guessed(cast, at):
    open_month(cast.ward, cast.organisation_officer)
    made, act = plan(cast, at)
    with pytest.raises(Refusal, match="Nghị định 335 không nêu ai đánh giá tháng có"):
        organisation.apply_reorganisation(version=made.version, **act)
    assert not Unit.objects.filter(code="KTVH").exists()
    with pytest.raises(Refusal, match="Lý do chọn"):
        organisation.save_reorganisation(version=made.version, month_rule="old", **act)


def test_two_heads_in_one_unit_are_asked(cast, at):
    made, act = plan(cast, at, placements=[], rule="new")
    with pytest.raises(Refusal, match="sẽ có 2 người đứng đầu"):
        organisation.apply_reorganisation(version=made.version, **act)


def test_open_sheets_go_to_the_evaluator_of_the_new_table_and_keep_their_history(cast, at):
    month = open_month(cast.ward, cast.organisation_officer)
    before = submitted(month, cast.officer_appraised, at)
    lost = sheet_of(month, cast.without_account)
    assert lost.evaluator == cast.head_elsewhere
    made, act = plan(cast, at, rule="new")
    organisation.apply_reorganisation(version=made.version, **act)
    new = Unit.objects.get(code="KTVH")
    assert head_of(new, at.date()) == cast.head
    sheet = sheet_of(month, cast.officer_appraised)
    assert (sheet.state, sheet.submissions.count()) == (before.state, 1)
    assert (sheet.member.unit, sheet.member.evaluator_unit) == (cast.economy, new)
    assert sheet_of(month, cast.without_account).evaluator == cast.head
    assert sheet_of(month, cast.head_elsewhere).evaluator == cast.head
    assert sheet_of(month, cast.head).evaluator == cast.chairman
    actions.open_for_review(sheet_id=sheet.pk, by=cast.head.user, at=at)
    sheet = sheet_of(month, cast.officer_appraised)
    actions.confirm(sheet_id=sheet.pk, version=sheet.version, judgement=judgement(), by=cast.head.user, at=at)
    assert Binding.objects.get(unit=new).rulebook == "state/nd-335-2025"
    assert Role.objects.filter(person=cast.task_giver, unit=new, end=None).count() == 1
    assert Member.objects.filter(cycle=month, standing="in").count() == month.sheets.count()


def test_the_old_evaluator_finishes_where_the_officer_chose_so(cast, at):
    month = open_month(cast.ward, cast.organisation_officer)
    sheet = sheet_of(month, cast.colleague)
    made, act = plan(cast, at, rule="old")
    submitted(month, cast.colleague, at)
    with outside_actions():
        Employment.objects.filter(person=cast.head, unit=cast.economy).update(position="Trưởng phòng")
    organisation.apply_reorganisation(version=made.version, **act)
    assert sheet_of(month, cast.colleague).member.evaluator_unit == cast.economy
    actions.open_for_review(sheet_id=sheet.pk, by=cast.head.user, at=at)
    with outside_actions():
        Member.objects.filter(cycle=month, person=cast.officer_appraised).update(evaluator_unit=cast.office)
    other = submitted(month, cast.officer_appraised, at)
    with pytest.raises(Forbidden):
        actions.open_for_review(sheet_id=other.pk, by=cast.head.user, at=at)


def test_taking_back_is_refused_after_a_sheet_changed(cast, at):
    month = open_month(cast.ward, cast.organisation_officer)
    hands = {s.pk: (s.evaluator_id, s.member.evaluator_unit_id) for s in month.sheets.select_related("member")}
    made, act = plan(cast, at, rule="new")
    done = organisation.apply_reorganisation(version=made.version, **act)
    undone = organisation.undo_reorganisation(version=done.version, **act)
    assert undone.state == "undone"
    back = {s.pk: (s.evaluator_id, s.member.evaluator_unit_id) for s in month.sheets.select_related("member")}
    assert back == hands
    assert not Unit.objects.filter(code="KTVH").exists()
    assert head_of(cast.culture, at.date()) == cast.head_elsewhere
    made, act = plan(cast, at, rule="new")
    done = organisation.apply_reorganisation(version=made.version, **act)
    submitted(month, cast.head_elsewhere, at)
    with pytest.raises(Conflict, match="Không hoàn tác được"):
        organisation.undo_reorganisation(version=done.version, **act)


def test_a_draft_plan_over_the_new_unit_is_named_when_taking_back_is_refused(cast, at):
    made, act = plan(cast, at)
    done = organisation.apply_reorganisation(version=made.version, **act)
    tomorrow = {"by": act["by"], "at": at + timedelta(days=1)}
    other = organisation.begin_reorganisation(
        root_id=cast.ward.pk, title="Đổi tên phòng mới", decision="21/QĐ-UBND", decided_on=at.date(),
        start=at.date() + timedelta(days=2), **tomorrow,
    )  # fmt: skip
    renamed = SuccessionLine("KTVH", "KTVH2", "Phòng mới", "component", "", "", records=True)
    other = organisation.save_reorganisation(plan_id=other.pk, version=other.version, rows=[renamed], **tomorrow)
    with pytest.raises(Conflict, match="phương án đang soạn “Đổi tên phòng mới” dựa vào đơn vị"):
        organisation.undo_reorganisation(version=done.version, **act)
    organisation.save_reorganisation(plan_id=other.pk, version=other.version, rows=[], **tomorrow)
    assert organisation.undo_reorganisation(version=done.version, **act).state == "undone"


def test_a_sheet_left_without_a_head_by_a_reorganisation_asks_the_officer(cast, at):
    """A successor without a head cannot take the open sheets: the officer is told, unless the old head finishes."""
    month = open_month(cast.ward, cast.organisation_officer)
    submitted(month, cast.officer_appraised, at)
    nobody = [*DEPUTY, PlacementLine("KT001", "KT", "KTVH", "Phó Trưởng phòng", "deputy")]
    for rule, asked in (("new", True), ("old", False)):
        made, act = plan(cast, at, placements=nobody, rule=rule)
        made = organisation.apply_reorganisation(version=made.version, **act)
        assert ("sheets.headless" in {line.kind for line in todo(cast.organisation_officer.user, at)}) is asked
        organisation.undo_reorganisation(version=made.version, **act)


def test_the_new_head_of_the_successor_takes_a_sheet_left_without_one_and_confirms_it(cast, at):
    """Also the same person again, and where the owner has no post any more: then who heads what keeps the files."""
    month = open_month(cast.ward, cast.organisation_officer)
    sheet = submitted(month, cast.officer_appraised, at)
    gone = submitted(month, cast.colleague, at)
    nobody = [*DEPUTY, PlacementLine("KT001", "KT", "KTVH", "Phó Trưởng phòng", "deputy")]
    made, act = plan(cast, at, placements=nobody, rule="new")
    organisation.apply_reorganisation(version=made.version, **act)
    new = Unit.objects.get(code="KTVH")
    later = at + timedelta(days=1)
    given = {"reason": "Bổ nhiệm", "by": cast.organisation_officer.user, "at": later}
    with outside_actions():
        Employment.objects.filter(person=cast.colleague, end=None).update(end=later.date())
    for one in (sheet, gone):
        with pytest.raises(Refusal, match="“Phòng Kinh tế - Văn hóa”"):
            actions.replace_evaluator(sheet_id=one.pk, **given)
    add_post(cast.head, new, "Trưởng phòng", leadership="head", start=later.date())
    assert "sheets.headless" in {line.kind for line in todo(cast.organisation_officer.user, later)}
    for one, who in ((sheet, cast.officer_appraised), (gone, cast.colleague)):
        actions.replace_evaluator(sheet_id=one.pk, **given)
        found = sheet_of(month, who)
        assert (found.evaluator, found.member.evaluator_unit) == (cast.head, new)
        actions.open_for_review(sheet_id=one.pk, by=cast.head.user, at=later)
        version = sheet_of(month, who).version
        actions.confirm(sheet_id=one.pk, version=version, judgement=judgement(), by=cast.head.user, at=later)


def test_the_catalogue_and_the_demand_on_weeks_are_offered_and_never_handed_over(cast, at, monkeypatch):
    """Both were the old authority's decisions: the preview says so, the successor's pages offer them for a new one."""
    officer = cast.organisation_officer.user
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    words = {"decided_by": "Trưởng phòng", "decision": "Thông báo 1", "start": cast.ward.start, "end": None}
    with outside_actions():
        Product.objects.create(
            agency=cast.economy, code="SP1", name="Báo cáo", coefficient=150, complexity=2, start=cast.ward.start
        )
        PlanSetting.objects.create(unit=cast.economy, **words)
        WeekGrading.objects.create(unit=cast.economy, levels=["Tốt", "Khá"], **words)
    made, act = plan(cast, at)
    client = Client()
    client.force_login(officer)
    page = client.get(f"/to-chuc/co-cau/sap-xep/{made.pk}/").content.decode()
    assert "1 đơn vị cũ có danh mục sản phẩm" in page
    assert "2 lựa chọn về kế hoạch tuần" in page
    organisation.apply_reorganisation(version=made.version, **act)
    new = Unit.objects.get(code="KTVH")
    assert not Product.objects.filter(agency=new).exists()
    assert not new.plan_settings.exists()
    assert "không tự chuyển" in client.get(f"/to-chuc/co-cau/sap-xep/{made.pk}/").content.decode()
    shelf = client.get("/danh-muc/", {"co-quan": new.pk}).content.decode()
    assert f"Soạn từ danh mục của {cast.economy.name}" in shelf
    with pytest.raises(Refusal, match="không có danh mục nào khi kết thúc"):
        catalogues.begin_catalogue(agency_id=new.pk, like=cast.culture.pk, by=officer, at=at)
    with pytest.raises(NotYours):
        catalogues.begin_catalogue(agency_id=new.pk, like=cast.office.pk, by=officer, at=at)
    client.post("/danh-muc/du-thao/", {"agency": new.pk, "like": cast.economy.pk})
    draft = Catalogue.objects.get(agency=new)
    assert draft.state == "drafting"
    assert [(line.code, line.typed) for line in draft.lines.all()] == [("SP1", 150)]
    offered = client.get(f"/ke-hoach/don-vi/{new.pk}/quy-dinh/").content.decode()
    keys = re.findall(r"nhu=((?:demand|grading)-\d+)", offered)
    assert [key.split("-")[0] for key in keys] == ["demand", "grading"]
    first, second = (client.get(f"/ke-hoach/don-vi/{new.pk}/quy-dinh/", {"nhu": key}).content.decode() for key in keys)
    assert 'id="required" name="required" value="1" checked' in first
    assert "Tốt\nKhá" in second
    assert f'value="{at:%d/%m/%Y}"' in second


def test_the_record_of_a_reorganisation_verifies(db, at):
    """What an act of many rows leaves is on the record, also after it was taken back."""
    ward = build_ward(at)
    act: dict[str, Any] = {"by": ward.officer, "at": at}
    made = organisation.begin_reorganisation(
        root_id=ward.units["P1"].pk, title="Đổi tên", decision="1/NQ", decided_on=at.date(), start=at.date(), **act
    )
    act["plan_id"] = made.pk
    lines = [SuccessionLine("P1-UB", "P1-UB2", "Ủy ban nhân dân phường Một Mới", "agency")]
    made = organisation.save_reorganisation(version=made.version, rows=lines, **act)
    done = organisation.apply_reorganisation(version=made.version, **act)
    assert [p.message for p in verify().problems] == []
    assert agency_of(ward.units["P1-VP"], at.date()).code == "P1-UB2"
    assert agency_of(ward.units["P1-VP"], at.date() - timedelta(days=1)).code == "P1-UB"
    organisation.undo_reorganisation(version=done.version, **act)
    assert [p.message for p in verify().problems] == []
    assert agency_of(ward.units["P1-VP"], at.date()).code == "P1-UB"
