"""Taking back a file that was a draft: its lines as they stood, those it took out among them with what they came of."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.catalogues import steps
from thuocdo.catalogues.drafts import STEM
from thuocdo.catalogues.models import Catalogue, CatalogueLine, InventoryLine, Proposal
from thuocdo.intake.specs import Held, Rewind, Scope
from thuocdo.kernel.typed import format_points

Before = Mapping[str, Held | None]
TITLES = {"name": "Tên", "complexity": "Nhóm phức tạp", "standard": "Sản phẩm chuẩn", "points": "Điểm chấm",
          "typed": "Hệ số ghi", "reason": "Lý do của hệ số"}  # fmt: skip


def shown(name: str, value: object) -> str:
    """The value of a line for a reader."""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int) and name in ("points", "typed"):
        return format_points(value)
    return "trống" if value in (None, "") else str(value)


def _draft(scope: Scope) -> Catalogue | None:
    return Catalogue.objects.filter(agency=scope.data, state=Catalogue.State.DRAFTING).first()


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    """All lines of the draft, as a whole file takes out those that it does not have. Three queries."""
    draft = _draft(scope)
    if draft is None:
        return {}
    taken: dict[int, list[int]] = {}
    for line_id, pk in InventoryLine.objects.filter(taken_into__catalogue=draft).order_by("pk").values_list(
        "taken_into_id", "pk"
    ):
        taken.setdefault(line_id or 0, []).append(pk)
    found = {}
    for line in draft.lines.order_by("code"):
        told = {title: shown(name, getattr(line, name)) for name, title in TITLES.items()}
        state = {name: getattr(line, name) for name in STEM} | {
            "catalogue": draft.pk, "proposal": line.proposal_id, "product": line.product_id,
            "taken": taken.get(line.pk, []),
        }  # fmt: skip
        found[line.code] = Held(f"{line.name} ({line.code})", told, state)
    return found


def _stops(scope: Scope, before: Before) -> dict[str, str]:
    """Another draft than then, another standard product now, or what a line came of went elsewhere since."""
    draft = _draft(scope)
    if draft is None:
        return dict.fromkeys(before, "không còn dự thảo đang soạn")
    there = set(draft.lines.values_list("code", flat=True))
    standard = draft.lines.filter(standard=True).exclude(code__in=before).first()
    back = [held.state for code, held in before.items() if held is not None and code not in there]
    proposals = {one["proposal"] for one in back if one["proposal"] is not None}
    waiting = set(Proposal.objects.filter(pk__in=proposals, state="waiting").values_list("pk", flat=True))
    taken = {pk for one in back for pk in one["taken"]}
    kept = InventoryLine.objects.filter(pk__in=taken, state="kept", taken_into=None, set_aside="")
    free = set(kept.values_list("pk", flat=True))
    stops = {}
    for code, held in before.items():
        if held is None:
            continue
        if held.state["catalogue"] != draft.pk:
            stops[code] = "dự thảo ấy không còn soạn; nay là một dự thảo khác"
        elif held.state["standard"] and standard is not None:
            stops[code] = f"nay sản phẩm chuẩn là “{standard.name}” ({standard.code})"
        elif code not in there and held.state["proposal"] not in {None, *waiting}:
            stops[code] = "đề xuất của dòng này đã được xử lý khác từ khi nhập"
        elif code not in there and not set(held.state["taken"]) <= free:
            stops[code] = "dòng rà soát của dòng này đã được xử lý khác từ khi nhập"
    return stops


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    draft = _draft(scope)
    if draft is not None:
        steps.locked_catalogue(draft.pk)


def _restore(scope: Scope, before: Before, by: User | None, at: datetime) -> tuple[list[Model], list[Model]]:
    """Added lines go, then the others stand as before: what loses the mark of the standard first, who gets it last."""
    draft = _draft(scope)
    assert draft is not None, "a row stops where there is no draft"
    row = steps.locked_catalogue(draft.pk)
    steps.move_catalogue(row, "change")
    row.save()
    lines = {line.code: line for line in row.lines.all() if line.code in before}
    gone, freed, proposed = steps.remove_lines([line for code, line in lines.items() if before[code] is None])
    written: list[CatalogueLine] = []
    again: dict[str, CatalogueLine] = {}
    for code, held in before.items():
        if held is None:
            continue
        line = lines.get(code)
        if line is None:
            line = again[code] = CatalogueLine(
                catalogue=row, proposal_id=held.state["proposal"], product_id=held.state["product"]
            )
        for name in STEM:
            setattr(line, name, held.state[name])
        written.append(line)
    for line in sorted(written, key=lambda one: one.standard):
        line.save()
    taken: list[InventoryLine] = []
    for code, line in again.items():
        held = before[code]
        assert held is not None, "only rows that stood are made again"
        taken += InventoryLine.objects.filter(pk__in=held.state["taken"]).order_by("pk")
        for one in taken[len(taken) - len(held.state["taken"]):]:
            one.taken_into = line
    InventoryLine.objects.bulk_update(taken, ["taken_into"], batch_size=500)
    ids = [line.proposal_id for line in again.values() if line.proposal_id is not None]
    drafted = steps.move_proposals(Proposal.objects.select_for_update().filter(pk__in=ids).order_by("pk"), "take")
    return [row, *written, *freed, *proposed, *taken, *drafted], [*gone]


DRAFT_BACK = Rewind(_stand, _stops, _lock, _restore, takes_away=True)
