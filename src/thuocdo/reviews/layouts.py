"""The forms of a subject by the pinned rulebook of its round, and the steps of reviewing it."""

from collections.abc import Sequence

from thuocdo.engine.schemes.graph import Node
from thuocdo.engine.schemes.reviewing import Layout, Terms, layouts_of, meeting_terms
from thuocdo.kernel.errors import Conflict
from thuocdo.organisation.models import Employment
from thuocdo.organisation.queries import on_day
from thuocdo.rounds import books
from thuocdo.rounds.models import RoundSubject
from thuocdo.rounds.rules import LEADING


def layouts_for(one: RoundSubject) -> tuple[Layout, ...]:
    """The forms that the subject may fill in, the usual one first; none where the text read has no form for it. In the
    cell whoever holds a post fills in the form of leaders: by the role that the list froze, or, in rounds planned
    before it froze one, by posts and seats; the form of those without a post stays open to them. Up to two queries for
    a member of such a round."""
    rules = books.rules_of(one.round)
    book, roles = rules.book, [one.role]
    if one.kind == "party_member" and one.role != "none":
        roles = [one.role, "none"]
    elif one.kind == "party_member" and not one.round.seats and books.rates_by_post(rules):
        posts = RoundSubject.objects.filter(round=one.round_id, person=one.person_id, kind="leader")
        held = posts.filter(role__in=LEADING).order_by("pk").values_list("role", flat=True).first() or _post(one)
        roles = [held, "none"] if held else ["none"]
    found = [
        layout
        for role in roles
        for layout in layouts_of(book, one.kind, role, one.round.rating_date)  # type: ignore[arg-type]
    ]
    return tuple({layout.id: layout for layout in found}.values())


def _post(one: RoundSubject) -> str:
    """The main post on the day whose facts the round was opened with; empty where there is none. One query."""
    assert one.round.facts_on is not None, "an open round has its day (a constraint of the table)"
    posts = Employment.objects.filter(on_day(one.round.facts_on), person=one.person_id, leadership__in=LEADING)
    return min(posts.values_list("leadership", flat=True), key=LEADING.index, default="")


def layout_for(one: RoundSubject, chosen: str = "") -> Layout:
    """The chosen form, or the usual one. Raises Conflict where the subject has none."""
    known = layouts_for(one)
    if not known:
        raise Conflict(
            f"Phần văn bản đã đọc của bộ quy tắc này không có bản kiểm điểm cho {one.name}. Cấp ủy bổ sung mẫu bằng "
            "quy chế của mình."
        )
    return next((layout for layout in known if layout.id == chosen), known[0])


def terms_for(subjects: Sequence[RoundSubject]) -> Terms:
    """What a meeting on these subjects of one round must keep to: the strictest of all."""
    first = subjects[0].round
    book = books.rules_of(first).book
    kinds = {one.party.kind for one in subjects if one.kind == "collective" and one.party is not None} or {""}
    every = [meeting_terms(book, kind, first.rating_date) for kind in sorted(kinds)]
    sent, long = max(every, key=lambda t: t.draft_days or 0), max(every, key=lambda t: t.half_days or 0)
    return Terms(sent.draft_days, sent.draft_cite, long.half_days, long.length_cite)


def steps_for(one: RoundSubject, step: str) -> list[Node]:
    """The steps of that sort (`review`, `report`) that the subject has."""
    nodes = books.rules_of(one.round).graph.steps_of(one.kind, one.role)
    return [node for node in nodes if node.step == step]
