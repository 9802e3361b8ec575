"""A rating that was decided on paper: who writes it down, what must be known of the paper, and when another room has
the matter open, so that it is decided there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import Conflict, Forbidden, Reading, Refusal
from thuocdo.organisation.access import day_of
from thuocdo.organisation.own_case import refuse_own, whom_to_ask
from thuocdo.rounds import books
from thuocdo.rounds.access import Eyes, eyes_of, leads
from thuocdo.rounds.models import Round, RoundSubject, StepDone

PAPER = "theo quyết định giấy"
RECORDED = "rounds.recorded"
Check = Callable[[Collection[int]], dict[int, str]]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Called once by each room when the program starts. `check(subjects)` gives by subject why its rating is not
    written down from paper now."""
    if check not in _checks:
        _checks.append(check)


def writable(user: User, on: date, eyes: Eyes | None = None) -> Q:
    """Subjects whose rating on paper the user writes down: as organisation officer of their unit, who neither leads
    them nor is one of them."""
    mine = Q(person__isnull=False, person__user_id=user.pk)
    return Q(unit__in=(eyes or eyes_of(user, on)).officer) & ~Q(pk__in=leads(user)) & ~mine


def require_writable(asked: Collection[RoundSubject], by: User, at: datetime) -> None:
    """Raises Forbidden, naming who else can do it. Up to two queries where all is well."""
    keys = [one.pk for one in asked]
    known = set(RoundSubject.objects.filter(writable(by, day_of(at)), pk__in=keys).values_list("pk", flat=True))
    for one in asked:
        if one.pk not in known:
            if one.person is not None:
                refuse_own(one.person, one.unit, by, at, what=f"Mức của {one.name} là của chính ông/bà")
            raise Forbidden(
                f"Mức của {one.name}: quyết định trên giấy do cán bộ tổ chức phụ trách nơi ấy ghi, không phải người "
                f"đứng đầu, cấp phó của nơi ấy. {whom_to_ask(one.unit, by, at)}"
            )


def require_paper(number: str, body: str) -> None:
    """Raises Several where the number or the deciding body is missing."""
    read = Reading()
    for typed, field, label in ((number, "number", "Số quyết định"), (body, "body", "Cấp đã quyết định mức")):
        if not typed:
            read(_missing, field, label)
    read.done()


def counted_in_groups(round_: Round, one: RoundSubject) -> frozenset[str]:
    """The levels of such a subject whose share the round's text counts in groups of a similar position."""
    scheme = books.scheme_of(books.rules_of(round_).book, one.kind, one.role)
    rules = scheme.quotas if scheme is not None else ()
    return frozenset(rule.level for rule in rules if "group" in rule.scopes and one.role in rule.roles)


def require_group(round_: Round, asked: Iterable[tuple[RoundSubject, str]], group: str) -> None:
    """Raises Refusal where somebody's level has a share that is counted in groups, and no group is named."""
    for one, level in asked:
        if not group and level in counted_in_groups(round_, one):
            raise Refusal(
                "round.group",
                f"Mức của {one.name} có tỷ lệ, tính trong nhóm có vị trí, vai trò tương đồng. Hãy ghi nhóm ấy, giống "
                "nhau cho người cùng nhóm, như khi thẩm định.",
                field="group",
            )


def _missing(field: str, label: str) -> None:
    raise Refusal(
        "round.paper", f"{label}: chưa nhập. Bước xếp loại chỉ ghi từ văn bản quyết định: hãy ghi số và cấp ký.",
        field=field,
    )  # fmt: skip


def require_not_open(asked: Collection[RoundSubject]) -> None:
    """Raises Conflict where another room has one of them open."""
    keys = [one.pk for one in asked]
    for check in _checks:
        for key, why in check(keys).items():
            raise Conflict(f"{next(one.name for one in asked if one.pk == key)}: {why}")


def paper_words(step: StepDone) -> str:
    """Where a level comes from, if somebody wrote it down from paper; else empty.

    >>> paper_words(StepDone(source=RECORDED, step="rating", number="15-QĐ", on=date(2025, 12, 1)))
    'theo quyết định giấy số 15-QĐ ngày 01/12/2025'
    """
    if step.source != RECORDED or step.step != "rating" or step.undoes_id is not None:
        return ""
    number = f"số {step.number}" if step.number else "không ghi số"
    return f"{PAPER} {number} ngày {step.on:%d/%m/%Y}"
