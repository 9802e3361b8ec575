"""The five acts that are not routine, through actions. `tests/journeys/year_acts.py` does the same on the pages."""

from dataclasses import dataclass
from datetime import date

from tests.integration.organisation.ward import xlsx
from tests.story.clock import after, within
from tests.story.office import Office
from tests.story.people import (
    CHAIRMAN,
    CITY_OFFICER,
    COSTS_HEAD,
    DEPARTMENT,
    DEPARTMENT_OFFICER,
    ECONOMY_DEPUTY,
    ECONOMY_HEAD,
    MOTHER,
    MOVER,
    PETITIONER,
    WARD_OFFICER,
    Who,
)
from tests.story.routine import Routine
from thuocdo.appraisals import actions as sheets
from thuocdo.intake.actions import apply_import, preview_import
from thuocdo.organisation import actions as organisation
from thuocdo.organisation.changes.mapping import PlacementLine, SuccessionLine
from thuocdo.organisation.models import Employment
from thuocdo.results.actions.handing import receive_results, send_results

LEAVE = (date(2026, 4, 1), date(2026, 9, 30))
MERGED, MERGED_NAME = "S-QK", "Phòng Quy hoạch và Kinh tế xây dựng"
MERGED_ON, MOVED_ON, NEW_HEAD_ON = date(2026, 7, 1), date(2026, 9, 1), date(2026, 10, 1)
ASKED = "Hồ sơ thứ hai có đủ bản vẽ kèm theo, đề nghị xem lại."
ANSWERED = "Chấp nhận: hồ sơ thứ hai đủ bản vẽ."
WHY_NEW_HEAD = "Trưởng phòng cũ được điều động từ ngày 01/10/2026."


@dataclass
class Acts:
    """How the acts are done in the product; the roster and the ledger follow in `year`."""

    routine: Routine
    office: Office

    def maternity(self) -> None:
        """The ward's officer records six months of maternity leave before they begin."""
        by, at = self.routine.user(WARD_OFFICER.code), within(3, 25, 15)
        rows = [[MOTHER.code, "nghỉ thai sản", f"{LEAVE[0]:%d/%m/%Y}", f"{LEAVE[1]:%d/%m/%Y}"]]
        content = xlsx(["Mã cán bộ", "Loại vắng", "Từ ngày", "Đến ngày"], rows)
        batch = preview_import(by=by, at=at, kind="absences", scope="P", file_name="vang.xlsx", content=content)
        apply_import(by=by, at=at, batch_id=batch.pk)

    def merger(self) -> None:
        """The department's officer merges two divisions from 1 July, while June is not judged."""
        by, at = self.routine.user(DEPARTMENT_OFFICER.code), within(6, 29, 9)
        plan = organisation.begin_reorganisation(
            root_id=self.routine.unit(DEPARTMENT), title="Hợp nhất hai phòng", decision="45/QĐ-SXD",
            decided_on=date(2026, 6, 22), start=MERGED_ON, by=by, at=at,
            rows=[
                SuccessionLine("S-QH", MERGED, MERGED_NAME, "component"),
                SuccessionLine("S-KT", MERGED, MERGED_NAME, "component"),
            ],
        )  # fmt: skip
        plan = organisation.save_reorganisation(
            plan_id=plan.pk, version=plan.version, by=by, at=at, month_rule="new",
            month_reason="Hai trưởng phòng đã thống nhất.",
            placements=[PlacementLine(COSTS_HEAD.code, "S-KT", MERGED, "Phó Trưởng phòng", "deputy")],
        )  # fmt: skip
        organisation.apply_reorganisation(plan_id=plan.pk, version=plan.version, by=by, at=at)

    def petition(self) -> None:
        """The person petitions against June; the authority finds that the person is right."""
        old = self.routine.result(PETITIONER.code, 6)
        made = sheets.petition(
            confirmation_id=old.pk, text=ASKED, by=self.routine.user(PETITIONER.code), at=after(6, 13)
        )
        task = self.routine.tasks(PETITIONER.code, 6)[0]
        sheets.correct(
            petition_id=made.pk, answer=ANSWERED, by=self.routine.user(CHAIRMAN.code), at=after(6, 17),
            judgement={
                "comment": "Đã xem lại hồ sơ.",
                "tasks": {task.code: {"quality_errors": "0", "note": "Bản vẽ có trong hồ sơ."}},
            },
        )  # fmt: skip

    def move(self) -> None:
        """The city's officer moves a person from the ward to the department."""
        post = Employment.objects.get(person__code=MOVER.code, end=None)
        organisation.change_post(
            by=self.routine.user(CITY_OFFICER.code), at=within(8, 28, 10), employment_id=post.pk, start=MOVED_ON,
            unit_id=self.routine.unit("S-HT"), kind="civil_servant", position="Chuyên viên", leadership="none",
            task_group="Chuyên môn, nghiệp vụ",
        )  # fmt: skip

    def new_head(self) -> None:
        """The head goes to the city, the deputy follows; September is filed and not judged, so the officer hands its
        sheets to the head of now."""
        city, at = self.routine.user(CITY_OFFICER.code), after(9, 1, 9)
        changes = (
            (ECONOMY_HEAD, "SNV", "Chuyên viên chính", "none"),
            (ECONOMY_DEPUTY, "P-KT", "Trưởng phòng", "head"),
        )
        for who, unit, position, leadership in changes:
            post = Employment.objects.get(person__code=who.code, end=None)
            organisation.change_post(
                by=city, at=at, employment_id=post.pk, start=NEW_HEAD_ON, unit_id=self.routine.unit(unit),
                kind="civil_servant", position=position, leadership=leadership, task_group="Chuyên môn, nghiệp vụ",
            )  # fmt: skip

    def hand_over(self) -> None:
        """The officer hands the sheets of the former head to the head of now."""
        for code in (PETITIONER.code, ECONOMY_DEPUTY.code):
            sheets.replace_evaluator(
                sheet_id=self.routine.sheet(code, 9).pk, reason=WHY_NEW_HEAD,
                by=self.routine.user(WARD_OFFICER.code), at=after(9, 3),
            )  # fmt: skip

    def send_along(self, who: Who, old: str, new: str, receiver: Who, month: int, day: int) -> None:
        """The ward sends the results of somebody who moved; the new agency says that it has them (Điều 19)."""
        sent = send_results(
            person_id=self.routine.persons[who.code],
            from_id=self.routine.unit(old),
            to_id=self.routine.unit(new),
            year=2026,
            note="",
            by=self.routine.user(WARD_OFFICER.code),
            at=after(month, day),
        )
        receive_results(handover_id=sent.pk, by=self.routine.user(receiver.code), at=after(month, day, 14))
