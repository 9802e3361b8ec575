"""What is there before January 2026: units, people, accounts, officers, the rule, the forms, the calendar. All written
by the product's own actions."""

from datetime import date
from typing import Any

from tests.story import people
from tests.story.clock import moment
from thuocdo.accounts.actions import issue_link, set_password_by_link
from thuocdo.accounts.models import User
from thuocdo.calendars.actions import confirm_year
from thuocdo.decisions.actions import set_publication_form
from thuocdo.organisation import actions
from thuocdo.organisation.actions import NewUnit
from thuocdo.organisation.models import Role
from thuocdo.plans.actions import save_recurring
from thuocdo.plans.rules import RecurringData
from thuocdo.rulesets.actions import bind

FOUNDED = moment(date(2025, 12, 29), 8)
JANUARY = date(2026, 1, 1)
RULEBOOK, OVERLAY = "state/nd-335-2025", "overlays/vi-du-phuong"
RECURRING = "Báo cáo định kỳ hằng tháng"


def found() -> dict[str, User]:
    """Everything; returns the accounts by staff code."""
    units = actions.create_units(
        by=None,
        at=FOUNDED,
        units=[
            NewUnit(p.code, p.name, p.kind, people.SINCE, p.parent or None, p.managed or None, order)
            for order, p in enumerate(people.PLACES)
        ],
    )
    ids = {code: unit.pk for code, unit in units.items()}
    persons, users = {}, {}
    for one in people.EVERYBODY:
        person = actions.create_person(by=None, at=FOUNDED, unit_id=ids[one.unit], code=one.code, full_name=one.name)
        actions.employ(
            by=None, at=FOUNDED, person_id=person.pk, unit_id=ids[one.unit], kind=one.kind, position=one.position,
            start=people.SINCE, leadership=one.leadership, task_group="Chuyên môn, nghiệp vụ",
        )  # fmt: skip
        persons[one.code] = person.pk
        users[one.code] = actions.open_account(by=None, at=FOUNDED, person_id=person.pk, username=one.code.lower())
    officers = {people.CITY_OFFICER.code: "TP", **{code: root for root, code in people.OFFICERS.items()}}
    for code, unit in officers.items():
        actions.give_role(
            by=None, at=FOUNDED, person_id=persons[code], unit_id=ids[unit], kind=Role.Kind.OFFICER, start=people.SINCE
        )
    for code, unit in ((people.CHAIRMAN.code, "P"), (people.CITY_HEAD.code, "P-UB"), (people.CITY_HEAD.code, "S")):
        actions.give_role(
            by=None, at=FOUNDED, person_id=persons[code], unit_id=ids[unit], kind=Role.Kind.TASK_GIVER,
            start=people.SINCE,
        )  # fmt: skip
    for root in people.ROOTS:
        _rules(ids[root])
    set_publication_form(
        unit_id=ids["TP"],
        kind="electronic",
        decided_by="Chủ tịch Ủy ban nhân dân thành phố, văn bản số 01/QĐ",
        start=JANUARY,
        by=None,
        at=FOUNDED,
    )
    confirm_year(unit_id=ids["TP"], year=2026, decision="Thông báo lịch nghỉ năm 2026", by=None, at=FOUNDED)
    _recurring(users)
    return users


def _rules(root: int) -> None:
    given: dict[str, Any] = {"by": None, "at": FOUNDED, "unit_id": root, "start": JANUARY}
    for kind, reason in (
        ("civil_servant", "Nghị định 335/2025/NĐ-CP và quy chế của đơn vị."),
        ("contract_worker", "Quyết định áp dụng Nghị định 335 cho người lao động hợp đồng (Điều 28 khoản 2)."),
    ):
        bind(
            **given, subject_kind=kind, rulebook=RULEBOOK, overlays=[OVERLAY], decided_by="Người đứng đầu",
            reason=reason,
        )  # fmt: skip


def _recurring(users: dict[str, User]) -> None:
    """The ward's staff write their monthly report down once; the department assigns it each month."""
    for one in people.EVERYBODY:
        if one.unit.startswith(f"{people.WARD}-") and one.leadership == people.STAFF and one.kind == "civil_servant":
            data = RecurringData(RECURRING, "monthly", 25, JANUARY, None, None, None, 150, 300)
            save_recurring(by=users[one.code], at=FOUNDED, data=data)


def let_in(user: User, password: str) -> None:
    """A password, through a one-time link, for who acts in the browser."""
    token = issue_link(by=None, at=FOUNDED, username=user.username).token
    set_password_by_link(by=None, at=FOUNDED, token=token, password=password)
