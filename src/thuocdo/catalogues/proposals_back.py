"""Taking back a file of proposals: what was answered or taken back waits again, what was new is taken back."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model, Q

from thuocdo.accounts.models import User
from thuocdo.catalogues import access, steps
from thuocdo.catalogues.models import Proposal
from thuocdo.intake.specs import Held, Rewind, Scope
from thuocdo.organisation.access import day_of

Before = Mapping[str, Held | None]
State = Proposal.State


def _rows(scope: Scope, keys: frozenset[str]) -> dict[str, Proposal]:
    """The named ones that the user may write of, and all own ones, as a file brings new ones."""
    user, day = scope.data.user, day_of(scope.data.at)
    named = Q(pk__in=[int(key) for key in keys if key.isdigit()], agency__in=access.reach(user, day).officer)
    rows = Proposal.objects.filter(named | Q(author=user)).select_related("agency", "author")
    return {str(row.pk): row for row in rows.order_by("pk")}


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    found = {}
    for key, row in _rows(scope, keys).items():
        told = {"Trạng thái": str(row.get_state_display()), "Lý do không bổ sung": row.answer}
        state = {"state": str(row.state), "answer": row.answer, "by": row.answered_by_id, "version": row.version}
        found[key] = Held(row.name, told, state)
    return found


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    ids = [int(key) for key in keys if key.isdigit()]
    list(Proposal.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))


def _restore(scope: Scope, before: Before, by: User | None, at: datetime) -> tuple[list[Model], list[Model]]:
    """Whoever was told of the step is told that it is taken back."""
    user, rows = scope.data.user, _rows(scope, frozenset(before))
    written: list[Model] = []
    for key, held in before.items():
        row = rows[key]
        if held is None:
            written.append(steps.withdraw(row))
            continue
        path, refused = f"/danh-muc/de-xuat/{row.pk}/", row.state == State.REFUSED
        row.state, row.answer, row.version = State(held.state["state"]), held.state["answer"], row.version + 1
        row.answered_by_id, row.answered_at = None, None
        row.save()
        if refused:
            steps.tell([row.author], user, at, path, "Trả lời về đề xuất bổ sung danh mục đã được rút; đề xuất lại chờ")
        else:
            text = f"Có đề xuất bổ sung danh mục của {row.agency.name}"
            steps.tell(access.officers_of(row.agency_id, day_of(at)), user, at, path, text, kind="proposal.sent")
        written.append(row)
    return written, []


PROPOSALS_BACK = Rewind(
    _stand, lambda scope, before: {}, _lock, _restore, added_goes="rút đề xuất đã gửi; danh sách còn ghi là đã rút"
)
