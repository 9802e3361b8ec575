"""Three authorities of the law and of the sources, each on pages alone, from opening a round to the receipts of its
decision: a ward under Nghị định 335/2025 chapter II, a province on tasks of its chairman, a department in Phú Thọ whose
units belong to districts."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from tests.clients import fields, page_of, signed_in
from tests.factories.people import give_role, make_person, make_unit
from tests.integration.collectives.conftest import AT, GOOD, LAW
from tests.integration.collectives.test_pages import EXAMPLE
from thuocdo.collectives.models import UnitRound, UnitSheet
from thuocdo.decisions.models import Decision, Delivery
from thuocdo.organisation.models import Person, Role, Unit

OFFICE = {"marks.advice": "20", "marks.fields": "45", "marks.other_work": "10"}
CENTRE = {"marks.results": "76"}
LEVEL = "Hoàn thành tốt nhiệm vụ"


@dataclass(frozen=True)
class Rated:
    """A unit that is rated: of which kind, below which place, and what is typed into its sheet."""

    name: str
    kind: str
    under: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Case:
    """An authority with the units that it rates."""

    authority: str
    year: str
    rules: dict[str, str]
    task: str
    units: tuple[Rated, ...]
    bonus: bool = False
    above: dict[str, str] = field(default_factory=dict)


CASES = {
    "ward": Case(
        "Ủy ban nhân dân phường Bồ Đề", "2026", {"agency": LAW}, "Chủ tịch Ủy ban nhân dân phường",
        (Rated("Phòng Kinh tế", "agency", "", GOOD), Rated("Văn phòng", "agency", "", GOOD)),
        above={"related.units.complete": "0"},
    ),
    "province": Case(
        "Ủy ban nhân dân tỉnh", "2026", {"agency": LAW}, "Chủ tịch Ủy ban nhân dân tỉnh",
        (Rated("Sở Nội vụ", "agency", "", GOOD), Rated("Sở Tài chính", "agency", "", GOOD)),
        above={"related.units.complete": "0"},
    ),
    "department": Case(
        "Sở Thông tin và Truyền thông", "2022", {"agency": EXAMPLE, "unit": EXAMPLE}, "Giám đốc Sở",
        (
            Rated("Phòng Văn hóa và Thông tin", "agency", "Ủy ban nhân dân huyện Thanh Ba", OFFICE),
            Rated("Trung tâm Văn hóa, Thể thao", "unit", "Ủy ban nhân dân huyện Lâm Thao", CENTRE),
        ),
        bonus=True,
    ),
}  # fmt: skip


class Stage:
    """The people of a case, and the steps they take on pages."""

    def __init__(self, case: Case, client: Client) -> None:
        self.case, self.client, self.heads = case, client, dict[str, Person]()
        self.place = make_unit("TINH", "Tỉnh", Unit.Kind.PLACE)
        self.authority = make_unit("CQ", case.authority, under=self.place)
        self.officer = make_person("CB", "Cán bộ Tổ chức", self.authority)
        self.chief = make_person("TT", "Người Đứng Đầu", self.authority, "Thủ trưởng", leadership="head")
        give_role(self.officer, self.place, Role.Kind.OFFICER)
        for number, one in enumerate(case.units):
            above = self.authority if not one.under else self._unit(one.under, f"H{number}", self.place)
            self._unit(one.name, f"D{number}", above)

    def _unit(self, name: str, code: str, above: Unit) -> Unit:
        unit = make_unit(code, name, under=above)
        self.heads[name] = make_person(f"{code}1", f"Phụ trách {name}", unit, "Thủ trưởng", leadership="head")
        return unit

    def post(self, person: Person, path: str, **form: Any) -> Any:
        """A step that goes through."""
        answer = signed_in(person, self.client).post(path, form)
        assert answer.status_code == 302, page_of(answer)
        return answer

    def opens(self) -> UnitRound:
        rules = {f"rule_{kind}": value for kind, value in self.case.rules.items()}
        form = {"authority": str(self.authority.pk), "kind": "year", "year": self.case.year, "number": "1"} | rules
        form |= {"basis": "Quyết định giao thẩm quyền", "submit_by": "01/12/2026"}
        for one in self.case.units:
            search = form | {"do": "find", "find": one.name[:8].upper()}
            page = page_of(signed_in(self.officer, self.client).post("/tap-the/ky/mo/", search))
            pk = Unit.objects.get(name=one.name).pk
            assert f'id="unit-{pk}"' in page
            form[f"unit-{pk}"] = one.kind
        self.post(self.officer, "/tap-the/ky/mo/", **form)
        return UnitRound.objects.get()

    def step(self, person: Person, sheet: UnitSheet, do: str, **form: Any) -> None:
        sheet.refresh_from_db()
        self.post(person, f"/tap-the/phieu/{sheet.pk}/", do=do, version=str(sheet.version), **form)

    def files(self, one: Rated, sheet: UnitSheet) -> None:
        """Task given, reported above the requirement with evidence, bonus asked with evidence, sheet filed."""
        head = self.heads[one.name]
        given = {"title": "Trình đề án", "given_by": self.case.task, "document": "12/TB", "due": "31/10/2026"}
        self.step(self.officer, sheet, "give", **given)
        task = str(sheet.tasks.get().pk)
        report = {"done_on": "20/10/2026", "above": "1", "evidence": "Tờ trình 34/TTr", "note": "Trước hạn"}
        self.step(head, sheet, "report", task=task, **report)
        page = page_of(signed_in(head, self.client).get(f"/tap-the/phieu/{sheet.pk}/"))
        assert ("không có điểm thưởng cho đơn vị" in page) is not self.case.bonus
        if self.case.bonus:
            asked = {"group": "bonus", "asked": "4,5", "reason": "Sáng kiến số hóa", "evidence": "QĐ 55/QĐ-UBND"}
            self.step(head, sheet, "ask", **asked)
        self.step(head, sheet, "submit", **fields(one.fields, strengths="Tốt", shortcomings="", level="good"))

    def rates(self, one: Rated, sheet: UnitSheet) -> None:
        """Opened, each task and bonus looked at, proposed by the officer, decided by the head."""
        self.step(self.officer, sheet, "open")
        self.step(self.officer, sheet, "judge", task=str(sheet.tasks.get().pk), done="1", above="1")
        for bonus in sheet.bonuses.all():
            self.step(self.officer, sheet, "rule", bonus=str(bonus.pk), given="3", ruled_note="Một sáng kiến")
        page = page_of(self.client.get(f"/tap-the/phieu/{sheet.pk}/"))
        assert "Tờ trình 34/TTr" in page
        assert ("QĐ 55/QĐ-UBND" in page) is self.case.bonus
        self.step(self.officer, sheet, "propose", **fields(one.fields | self.case.above, comment="Đạt", level=""))
        self.step(self.chief, sheet, "decide", level="good", reason="")

    def writes(self, one: UnitRound) -> Decision:
        """The round closed, the paper drafted, numbered, issued."""
        path = f"/tap-the/ky/{one.pk}/"
        self.post(self.officer, path, do="close", version=str(one.version))
        self.post(self.officer, path, do="paper")
        row = Decision.objects.get()
        form = {
            "version": "1", "subject": row.subject, "number": "9", "symbol": "QĐ-CQ", "place": "Việt Trì",
            "signed_on": "20/11/2026", "signing_form": "own", "signer": str(self.chief.pk), "on_behalf": "",
            "recipients": "Lưu: VT.",
        }  # fmt: skip
        self.post(self.officer, f"/quyet-dinh/van-ban/{row.pk}/", do="save", **form)
        self.post(self.chief, f"/quyet-dinh/van-ban/{row.pk}/", do="issue", version="2")
        return row


@pytest.mark.parametrize("name", CASES)
def test_from_the_opened_round_to_the_receipts_of_the_decision(
    name: str, db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    case = CASES[name]
    stage = Stage(case, client)
    one = stage.opens()
    for rated in case.units:
        sheet = UnitSheet.objects.get(unit__name=rated.name)
        stage.files(rated, sheet)
        stage.rates(rated, sheet)
    paper = f"/quyet-dinh/van-ban/{stage.writes(one).pk}/"
    concerned = {rated.name for rated in case.units} | {rated.under for rated in case.units if rated.under}
    page = page_of(signed_in(stage.chief, client).get(paper))
    keys = [str(unit.pk) for unit in Unit.objects.filter(name__in=concerned)]
    assert all(f'name="to" value="{key}"' in page for key in keys)
    stage.post(stage.chief, paper, do="deliver", to=keys)
    for unit in concerned:
        head = stage.heads[unit]
        assert LEVEL in page_of(signed_in(head, client).get(paper))
        stage.post(head, paper, do="receive", id=str(Delivery.objects.get(to__name=unit).pk))
    page = page_of(signed_in(stage.chief, client).get(paper))
    assert "chưa nhận" not in page
    assert all(f"Phụ trách {unit}" in page for unit in concerned)
