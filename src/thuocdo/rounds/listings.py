"""The subjects of a round as XLSX, as its officer, leader or inspector sees them on the pages."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.intake.specs import Listing, Scope
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.scopes import signed_in
from thuocdo.rounds import books
from thuocdo.rounds.access import eyes_of, round_seen, visible
from thuocdo.rounds.models import RoundSubject, StepDone


def subjects_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The round with that number. Raises NotYours."""
    user, on = signed_in(by), day_of(at)
    if not (code.isascii() and code.isdigit() and len(code) < 16):
        raise NotYours()
    eyes = eyes_of(user, on)
    round_ = round_seen(user, int(code), on, eyes)
    rows = RoundSubject.objects.filter(visible(user, on, eyes), round=round_).select_related("unit", "collective")
    return Scope(chain_of(round_.unit, on), f"Đợt {round_.label}", (round_, rows.order_by("kind", "search_key", "pk")))


def subject_rows(scope: Scope, at: datetime) -> Iterable[Sequence[str]]:
    """By kind and name, with the steps done and those not done. Two queries."""
    round_, found = scope.data
    rules = books.rules_of(round_)
    done: dict[int, set[str]] = {}
    active = StepDone.objects.filter(round=round_, undoes__isnull=True, undone__isnull=True)
    for subject, node in active.values_list("subject_id", "node"):
        done.setdefault(subject, set()).add(node)
    for one in found:
        steps = rules.graph.steps_of(one.kind, one.role) if one.standing != "exempt" else ()
        made = done.get(one.pk, set())
        yield (
            books.LABELS[one.kind],
            one.name,
            one.position,
            one.collective.name if one.collective else "",
            one.unit.name,
            one.get_standing_display(),
            one.reason,
            one.cite,
            "; ".join(s.label for s in steps if s.id in made),
            "; ".join(s.label for s in steps if s.id not in made),
        )


SUBJECTS = Listing(
    "round-subjects",
    "Đối tượng của đợt xếp loại",
    (
        ("Loại", 28),
        ("Tên", 34),
        ("Chức vụ", 30),
        ("Tập thể, cấp ủy", 34),
        ("Đơn vị", 34),
        ("Tình trạng", 18),
        ("Lý do", 40),
        ("Căn cứ", 34),
        ("Bước đã xong", 50),
        ("Bước chưa xong", 50),
    ),
    subjects_scope,
    subject_rows,
)
