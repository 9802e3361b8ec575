"""A year opened as a period: under NĐ 90 for a civil servant and a public employee, under NĐ 233 from its months."""

import io
import json
import zipfile
from datetime import date, datetime, timedelta, timezone

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories.months import exempted, make_task, sheet_of
from tests.factories.people import make_person
from tests.guards import outside_actions
from thuocdo.appraisals import actions, queries, stored
from thuocdo.appraisals.models import Confirmation, Submission
from thuocdo.appraisals.year_sources import differing, year_sources
from thuocdo.audit.verify import verify
from thuocdo.cli.verifying import checks, confirmations
from thuocdo.cycles.models import Cycle, Member
from thuocdo.decisions import actions as decisions
from thuocdo.documents.bundle import write_bundle
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.periods import short_period
from thuocdo.organisation.models import Person
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.models import Binding

NINETY = "state/nd-90-2020-nd-48-2023"
AT = datetime(2025, 12, 10, 9, 0, tzinfo=timezone(timedelta(hours=7)))
LATER = AT + timedelta(days=5)


def bind(cast: Cast, rulebook: str, kind: str, start: date) -> None:
    with outside_actions():
        Binding.objects.create(
            unit=cast.ward, subject_kind=kind, rulebook=rulebook, overlays=[], start=start,
            decided_by="Chủ tịch Ủy ban nhân dân phường", reason="Áp dụng Nghị định",
        )  # fmt: skip


def open_year(cast: Cast, year: int, at: datetime) -> Cycle:
    return actions.open_cycle(
        root_id=cast.ward.pk, kind="year", year=year, number=1, submit_by=at + timedelta(days=2),
        confirm_by=at + timedelta(days=4), choices={}, by=cast.organisation_officer.user, at=at,
    )  # fmt: skip


def done(person: Person, cast: Cast, number: int, month: int, **fields: object) -> None:
    make_task(person, cast.economy, number, month=date(2025, month, 1), giver=cast.task_giver.user, **fields)


@pytest.fixture
def employee(cast: Cast) -> Person:
    return make_person("KT010", "Trần Thị Viên", cast.economy, "Chuyên viên", kind="public_employee")


@pytest.fixture
def year(cast: Cast, employee: Person) -> Cycle:
    """2025 under NĐ 90. The civil servant: 5 tasks that count, one of them late; the employee: 4 done well."""
    for number, month in enumerate((8, 9, 10, 11), start=1):
        done(cast.colleague, cast, number, month)
        done(employee, cast, number, month)
    done(cast.colleague, cast, 5, 12, late=1)
    nothing = {"completed": 0, "quality_met": 0, "on_time": 0}
    done(cast.colleague, cast, 6, 12, handed_back=True, **nothing)  # listed; whether it was assigned the owner says
    for kind in ("civil_servant", "public_employee"):
        bind(cast, NINETY, kind, date(2025, 7, 1))
    return open_year(cast, 2025, AT)


def judged(cycle: Cycle, person: Person, own: dict[str, str], **fields: str) -> Confirmation:
    """Filed with what was prefilled and `own`, then confirmed with the rater's own `fields`."""
    sheet = sheet_of(cycle, person)
    document = queries.own_sheet(person.user, sheet.pk, AT).document
    typed = document["fields"] | own
    document = {"fields": typed, "strengths": "Đúng hạn.", "shortcomings": ""}
    actions.submit(sheet_id=sheet.pk, version=sheet.version, document=document, by=person.user, at=AT)
    actions.open_for_review(sheet_id=sheet.pk, by=sheet.evaluator.user, at=AT)
    sheet.refresh_from_db()
    reasons = dict.fromkeys(fields, "Theo hồ sơ")
    judgement = {"comment": "Nhất trí.", "fields": typed | fields, "reasons": reasons}
    return actions.confirm(
        sheet_id=sheet.pk, version=sheet.version, judgement=judgement, by=sheet.evaluator.user, at=AT
    )


OWN = {"tasks.above": "0", "facts.leave_months": "0", "absences.maternity": "0"}


def test_the_year_of_a_civil_servant_from_its_tasks(cast: Cast, year: Cycle) -> None:
    document = queries.own_sheet(cast.colleague.user, sheet_of(year, cast.colleague).pk, AT).document
    # by hand: tasks of months 8 to 11 done well, that of 12 done late (2 of 4 on time); posts from 1 July: 6 months
    assert document["fields"] == {
        "tasks.done": "5", "tasks.late": "1", "tasks.failing": "1", "time.months_worked": "6",
        "absences.maternity": "0",
    }  # fmt: skip
    result = judged(year, cast.colleague, OWN | {"tasks.assigned": "5"}, **{"facts.criteria_well": "1"})
    # 1 of 5 late is 20 %: not more than 20 %, so complete; one late task excludes good and excellent (Điều 8, 9, 10)
    assert (result.outcome_kind, result.band, result.score) == ("rated", "complete", "")
    filed = stored.read(Submission.objects.get(sheet=result.sheet, part="self"))
    assert filed["period"] == {"kind": "year", "year": 2025, "number": None}
    assert filed["sources"]["fields"]["tasks.late"] == "1"
    assert [t["code"] for t in filed["sources"]["tasks"] if t["late"]] == ["202512-KT004-05"]
    assert [(len(filed["sources"]["tasks"]), t["code"]) for t in filed["sources"]["tasks"] if t["back"]] == [
        (6, "202512-KT004-06")
    ]
    bill = queries.explanation(cast.colleague.user, result.sheet_id)
    assert bill.label == "năm 2025"
    assert "202512-KT004-05: hoàn thành, chậm, chưa bảo đảm chất lượng, tiến độ (theo báo cáo)" in bill.sources
    assert "202512-KT004-06: báo không thực hiện được, không đếm (theo báo cáo)" in bill.sources


def test_what_the_owner_changed_is_shown_to_the_rater(cast: Cast, year: Cycle, client: Client) -> None:
    sheet = sheet_of(year, cast.colleague)
    document = queries.own_sheet(cast.colleague.user, sheet.pk, AT).document
    typed = document["fields"] | OWN | {"tasks.assigned": "5", "tasks.late": "0"}
    actions.submit(
        sheet_id=sheet.pk, version=sheet.version, document={"fields": typed, "strengths": "", "shortcomings": ""},
        by=cast.colleague.user, at=AT,
    )  # fmt: skip
    judging = queries.sheet_to_evaluate(sheet.evaluator.user, sheet.pk, AT)
    assert any("nguồn trong phần mềm cho 1, phiếu ghi 0" in flag for flag in judging.flags)
    actions.open_for_review(sheet_id=sheet.pk, by=sheet.evaluator.user, at=AT)
    client.force_login(sheet.evaluator.user)
    page = client.get(f"/danh-gia/phieu/{sheet.pk}/").content.decode()
    assert "202512-KT004-05: hoàn thành, chậm" in page


def test_the_year_of_a_public_employee_to_the_electronic_file(
    cast: Cast, year: Cycle, employee: Person, client: Client
) -> None:
    officer = cast.organisation_officer.user
    result = judged(year, employee, OWN, **{"facts.criteria_met": "1"})
    # by hand: 4 of 4 done, none late, none failing, criteria met, nothing above: good (Điều 13), not excellent
    assert result.band == "good"
    for sheet in year.sheets.filter(state="drafting").select_related("person", "cycle__root"):
        exempted(sheet, cast.organisation_officer, AT)
    actions.close_cycle(cycle_id=year.pk, by=officer, at=LATER)
    decisions.set_publication_form(
        unit_id=cast.ward.pk, kind="electronic", decided_by="Chủ tịch", start=date(2025, 7, 1), by=officer, at=LATER
    )
    sheet = result.sheet
    published = decisions.publish_units(
        cycle_id=year.pk, unit_ids=[cast.economy.pk], quota_reason="Không ai xuất sắc", by=officer, at=LATER
    )
    assert [one.cycle_id for one in published.created] == [year.pk]
    decisions.set_petition_route(
        unit_id=cast.ward.pk, authority_id=cast.committee.pk, named_in="Quy chế của phường", start=date(2025, 7, 1),
        by=officer, at=LATER,
    )  # fmt: skip
    petition = actions.petition(confirmation_id=result.pk, text="Xin xem lại mức.", by=employee.user, at=LATER)
    actions.uphold(petition_id=petition.pk, answer="Đúng hồ sơ.", by=cast.chairman.user, at=LATER)
    out = io.BytesIO()
    write_bundle(employee.user, employee.pk, 2025, LATER, out)
    archive = zipfile.ZipFile(out)
    names, about = archive.namelist(), archive.read("doc-toi.txt").decode()
    assert f"theo: {catalogue.load_any(NINETY).title}." in about
    assert "335" not in about
    assert any("2025-nam-" in name for name in names)
    client.force_login(employee.user)
    for path in ("/phieu/", "/lich-su/", f"/phieu/{sheet.pk}/vi-sao/"):
        page = client.get(path).content.decode()
        assert "năm 2025" in page.lower(), path
    report = verify(rerate=[confirmations()], checks=checks())
    assert {p.code for p in report.problems} <= {"inserted", "words_differ"}
    assert report.rerated == 1


def test_the_form_of_the_year_names_the_sources(cast: Cast, year: Cycle, client: Client) -> None:
    client.force_login(cast.colleague.user)
    page = client.get(f"/phieu/{sheet_of(year, cast.colleague).pk}/").content.decode()
    assert "Số điền sẵn lấy từ đâu" in page
    assert "không quy định lấy kết quả năm từ kết quả các tháng, quý" in page
    assert "202512-KT004-05" in page
    assert "báo không thực hiện được, không đếm" in page
    assert "5 công việc được đếm" in page
    client.force_login(cast.organisation_officer.user)
    assert "Năm 2025" in client.get("/to-chuc/ky/").content.decode()
    asked = "root={}&kind=year&year={}&submit_by=05/12/2025&submit_by_time=17:00&confirm_by=08/12/2025"
    review = f"/to-chuc/ky/mo/ra-soat/?{asked}&confirm_by_time=17:00"
    assert "Kỳ này đã được mở" in client.get(review.format(cast.ward.pk, 2025)).content.decode()
    assert client.get(review.format(cast.ward.pk, 2014)).status_code == 400


def test_months_of_a_rule_that_takes_the_year_from_them(cast: Cast, employee: Person) -> None:
    """NĐ 233, Điều 12 khoản 5: the year's score from those of months or quarters; how is left open by the text."""
    bind(cast, "state/nd-233-2026", "public_employee", date(2026, 7, 1))
    at = datetime(2026, 12, 10, 9, 0, tzinfo=AT.tzinfo)
    for number, score in ((7, "85/1"), (8, "181/2"), (9, "256/3")):
        month_result(cast, employee, number, score, at)
    year = open_year(cast, 2026, at)
    sheet = sheet_of(year, employee)
    document = queries.own_sheet(employee.user, sheet.pk, at).document
    months = {name: text for name, text in document["fields"].items() if name.startswith("months.")}
    assert months == {"months.7": "85", "months.8": "90,5"}  # 85 1/3 has no two decimals: left to the owner
    found = year_sources(sheet, ["months.8", "months.9"])
    assert found.endless == {"months.9": "256/3"}
    assert differing(found.as_data(), {"months.8": "90,5", "months.9": "86"}) == [
        "Điểm tháng 9: nguồn trong phần mềm cho 256/3, phiếu ghi 86"
    ]
    assert differing(found.as_data(), {"months.8": "90,5", "months.9": "85,33"}) == []  # all that the field takes
    for close, said in (("66,66", 0), ("66,67", 0), ("66,65", 1), ("66,6", 1), ("", 1)):  # 200/3, cut or rounded
        assert len(differing({"endless": {"months.9": "200/3"}}, {"months.9": close})) == said
    outcome = queries.preview(employee.user, sheet.pk, {"fields": months})
    assert outcome.kind == "needs_decision"  # the text leaves open how the year follows from its months


def month_result(cast: Cast, person: Person, number: int, score: str, at: datetime) -> None:
    """A confirmed month, as the tables hold it."""
    officer = cast.organisation_officer.user
    with outside_actions():
        cycle = Cycle.objects.create(
            root=cast.ward, kind="month", year=2026, number=number, submit_by=at, confirm_by=at, pins=[],
            opened_by=officer, opened_at=at,
        )  # fmt: skip
        post = person.employments.get()
        member = Member.objects.create(
            cycle=cycle, person=person, employment=post, unit=cast.economy, agency=cast.economy, kind=post.kind,
            leadership="none", position="Chuyên viên", standing="in", rulebook="state/nd-233-2026", rulebook_hash="h",
            evaluator=cast.head, evaluator_unit=cast.economy,
        )  # fmt: skip
        sheet = member.cycle.sheets.create(
            member=member, person=person, evaluator=cast.head, state="confirmed", submit_by=at, changed_at=at,
            changed_by=officer,
        )  # fmt: skip
        submission = Submission.objects.create(
            sheet=sheet, number=1, part="evaluator", author=officer, document=json.dumps({"subject": {}}), digest="d",
            at=at,
        )  # fmt: skip
        Confirmation.objects.create(
            sheet=sheet, number=1, submission=submission, subject=person, confirmed_by=cast.head,
            rulebook="state/nd-233-2026", rulebook_hash="h", engine_version="1", outcome_kind="scored", outcome="{}",
            score=score, score_shown=8500, band="good", comment="x", at=at,
        )  # fmt: skip


def test_the_decree_of_2025_takes_the_year_from_its_months_alone(cast: Cast) -> None:
    at = datetime(2026, 12, 10, 9, 0, tzinfo=AT.tzinfo)
    year = open_year(cast, 2026, at)
    member = Member.objects.get(cycle=year, person=cast.colleague)
    assert member.standing == Member.Standing.NO_RULE
    assert "Điều 17 khoản 3" in member.reason


def test_a_year_has_one_number(cast: Cast) -> None:
    assert short_period("half_year", 2026, 2) == "6 tháng cuối năm 2026"
    with pytest.raises(Refusal, match="Không có kỳ này"):
        actions.open_cycle(
            root_id=cast.ward.pk, kind="year", year=2026, number=2, submit_by=AT, confirm_by=AT, choices={},
            by=cast.organisation_officer.user, at=AT,
        )  # fmt: skip
