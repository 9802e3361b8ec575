"""Set-up of the demonstration: units, rules, the first officer, roles and passwords."""

from datetime import datetime

from django.contrib.auth.hashers import make_password

from thuocdo.accounts.models import User
from thuocdo.audit.recording import SYSTEM_CHAIN, action, record
from thuocdo.demo import situations as s
from thuocdo.demo.posts import holders
from thuocdo.demo.state import BEGUN, FINISHED
from thuocdo.demo.tour import PASSWORD
from thuocdo.demo.units import CITY, CITY_START, RULES_FROM, START, WARD, set_up_units
from thuocdo.organisation.actions import (
    NewUnit,
    create_person,
    create_units,
    employ,
    give_role,
    open_account,
    set_contact,
)
from thuocdo.organisation.models import Employment, Role, Unit
from thuocdo.rulesets.actions import bind

RULEBOOK, OVERLAY = "state/nd-335-2025", "overlays/vi-du-phuong"


@action
def mark(*, by: User | None, at: datetime, code: str) -> None:
    """Leave the event that says: this is a demonstration (`BEGUN`), and it is complete (`FINISHED`)."""
    if code not in (BEGUN, FINISHED):
        raise ValueError(f"not an event of the demonstration: {code}")
    record(chain=SYSTEM_CHAIN, code=code, by=by, at=at)


@action
def set_demo_passwords(*, by: User | None, at: datetime) -> int:
    """Give every account the known password, hashed once. Returns the number of accounts."""
    encoded = make_password(PASSWORD)
    users = list(User.objects.all())
    for user in users:
        user.password = encoded
    User.objects.bulk_update(users, ["password"])
    record(chain=SYSTEM_CHAIN, code="account.password_set", by=by, at=at, objects=users)
    return len(users)


def make_units(at: datetime) -> None:
    """The city with two of its organs, its wards and communes; the ward's organs come from the officer's file."""
    create_units(by=None, at=at, units=[
        NewUnit(code=u.code, name=u.name, kind=u.kind, start=CITY_START if u.code == CITY else START,
                parent=u.parent or None, managed_by=u.manager or None, order=number)
        for number, u in enumerate(set_up_units())
    ])


def make_rules(at: datetime) -> None:
    """Under which rule the ward rates whom. For contract workers nobody has decided (Điều 28 khoản 2);
    the service unit follows in `service_unit`."""
    ward = Unit.objects.get(code=WARD)
    bind(by=None, at=at, unit_id=ward.pk, subject_kind=Employment.Kind.CIVIL_SERVANT, start=RULES_FROM,
         rulebook=RULEBOOK, overlays=[OVERLAY], decided_by="Chủ tịch UBND phường (ví dụ minh họa)",
         reason="Nghị định 335/2025/NĐ-CP và quy chế của phường (ví dụ minh họa).")


def make_officer(at: datetime) -> User:
    """The first officer, who then imports everybody."""
    ward = Unit.objects.get(code=WARD)
    holder = holders()[s.OFFICER]
    person = create_person(by=None, at=at, unit_id=ward.pk, code=holder.code, full_name=holder.name)
    for kind in (Role.Kind.OFFICER, Role.Kind.TASK_GIVER):
        give_role(by=None, at=at, person_id=person.pk, unit_id=ward.pk, kind=kind, start=START)
    set_contact(by=None, at=at, unit_id=ward.pk, name=holder.name, role="cán bộ tổ chức, Văn phòng (ví dụ minh họa)",
                phone="024 0000 0000 máy lẻ 12", email="tochuc@phuong.example.vn", start=START)
    return open_account(by=None, at=at, person_id=person.pk, username=s.USERNAMES[s.OFFICER])


def make_city_heads(at: datetime) -> None:
    """The two heads above the ward: outside the officer's reach, so they are part of the set-up."""
    for holder in holders().values():
        if not holder.post.unit.startswith("HN-"):
            continue
        unit = Unit.objects.get(code=holder.post.unit)
        person = create_person(by=None, at=at, unit_id=unit.pk, code=holder.code, full_name=holder.name)
        employ(by=None, at=at, person_id=person.pk, unit_id=unit.pk, kind=holder.post.kind, start=START,
               position=holder.post.title, leadership=holder.post.leadership)
        open_account(by=None, at=at, person_id=person.pk, username=holder.code.lower())
