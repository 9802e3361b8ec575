"""`thuocdo officer`: the first organisation officer of an own installation, and a way back in."""

import argparse
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from thuocdo.cli import serve

if TYPE_CHECKING:
    from thuocdo.organisation.models import Person, Unit


def add_commands(commands: Any) -> None:
    """Register `officer`."""
    parser = commands.add_parser(
        "officer",
        help="lập cán bộ tổ chức đầu tiên và in liên kết một lần",
        description="Lập cán bộ tổ chức đầu tiên của đơn vị rồi in liên kết để người đó tự đặt mật khẩu.\n"
        "Những người khác nhận liên kết từ trang Tài khoản của cán bộ tổ chức.\n"
        "Nếu người này đã là cán bộ tổ chức, lệnh chỉ cấp lại liên kết; mã và họ tên phải khớp.",
    )
    parser.add_argument("--code", required=True, metavar="MÃ", help="mã cán bộ, ví dụ CC001")
    parser.add_argument("--name", required=True, metavar="HỌ_TÊN", help="họ và tên")
    parser.add_argument(
        "--unit", required=True, metavar="MÃ_ĐƠN_VỊ", help="mã đơn vị phụ trách, gồm cả các đơn vị bên dưới"
    )
    parser.add_argument(
        "--unit-name", metavar="TÊN_ĐƠN_VỊ", help="tên đơn vị; cần khi mã đơn vị chưa có, khi đó đơn vị được lập mới"
    )
    parser.add_argument("--username", metavar="TÊN", help="tên đăng nhập (mặc định: mã cán bộ viết thường)")
    parser.add_argument(
        "--address",
        default=f"http://localhost:{serve.DEFAULT_PORT}",
        metavar="ĐỊA_CHỈ",
        help="địa chỉ hệ thống ghi trong liên kết (mặc định http://localhost:8335)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make or recover the first officer; refusals are printed and give exit code 3."""
    serve.prepare_database()
    from django.utils import timezone

    from thuocdo.kernel.errors import Refusal

    try:
        token = first_officer(arguments, timezone.now())
    except Refusal as refusal:
        print(refusal.message, file=sys.stderr)
        return serve.REFUSED
    from django.urls import reverse

    print("Gửi liên kết sau cho người này để tự đặt mật khẩu (dùng một lần, có hạn 7 ngày):")
    print(arguments.address.rstrip("/") + reverse("activate", args=[token]))
    return 0


def first_officer(arguments: argparse.Namespace, at: datetime) -> str:
    """The one-time token for the officer, who is made where there is none yet. Raises Refusal."""
    from thuocdo.accounts.actions import issue_link
    from thuocdo.kernel.errors import Conflict
    from thuocdo.kernel.text import clean
    from thuocdo.organisation.actions import give_role, open_account
    from thuocdo.organisation.first_officer import others_hold_the_office, person_coded
    from thuocdo.organisation.models import Role

    person = person_coded(arguments.code)
    if others_hold_the_office(person):
        raise Conflict("Đã có cán bộ tổ chức. Những người khác nhận liên kết từ trang Tài khoản của cán bộ tổ chức.")
    if person is not None and clean(arguments.name) != person.full_name:
        raise Conflict(
            f"Mã {person.code} là của “{person.full_name}”, không phải “{clean(arguments.name)}”. "
            "Liên kết chưa được cấp: hãy kiểm tra lại --code và --name."
        )
    unit = _unit(arguments, at)
    if person is None:
        person = _person(arguments, unit, at)
    give_role(by=None, at=at, person_id=person.pk, unit_id=unit.pk, kind=Role.Kind.OFFICER, start=_day(at))
    user = person.user or open_account(
        by=None, at=at, person_id=person.pk, username=arguments.username or person.code.lower()
    )
    return issue_link(by=None, at=at, username=user.username).token


def _day(at: datetime) -> Any:
    from django.utils import timezone

    return timezone.localtime(at).date()


def _unit(arguments: argparse.Namespace, at: datetime) -> "Unit":
    from thuocdo.kernel.errors import Refusal
    from thuocdo.organisation.actions import create_unit
    from thuocdo.organisation.first_officer import unit_coded
    from thuocdo.organisation.models import Unit

    unit = unit_coded(arguments.unit)
    if unit is not None:
        return unit
    if not arguments.unit_name:
        raise Refusal(
            "unit.unknown",
            f'Chưa có đơn vị mã “{arguments.unit}”. Để lập mới, thêm --unit-name "Tên đơn vị".',
            field="unit",
        )
    return create_unit(
        by=None,
        at=at,
        code=arguments.unit,
        name=arguments.unit_name,
        kind=Unit.Kind.AGENCY,
        start=_day(at).replace(month=1, day=1),
    )


def _person(arguments: argparse.Namespace, unit: "Unit", at: datetime) -> "Person":
    from thuocdo.organisation.actions import create_person

    return create_person(by=None, at=at, unit_id=unit.pk, code=arguments.code, full_name=arguments.name)
