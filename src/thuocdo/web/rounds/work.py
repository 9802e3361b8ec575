"""The order of a round with its live state, and one page of work for a person or an office."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.models import User
from thuocdo.accounts.permissions import Permission
from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schemes.graph import Edge, Graph, Node, link_words
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.rounds import actions, books, gate, queries
from thuocdo.rounds.levels import levels_for
from thuocdo.rounds.models import Round, RoundOpening
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import number
from thuocdo.web.drawing import SLIM, Shown, picture
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.organisation_office.people_typed import page_number
from thuocdo.web.rounds.beside import Link, room_of

REFRESH_SECONDS = 3
NO_LEVELS: Mapping[str, str] = MappingProxyType({})
STATES = {"done": "xong", "free": "làm được ngay", "waits": "còn phải chờ", "none": "không có đối tượng"}


@dataclass(frozen=True)
class StepLine:
    """One step in the table beside the picture."""

    node: Node
    count: queries.Tally | None
    state: str
    whose: str
    due: date | None
    overdue: bool
    waits: tuple[tuple[int, Edge, str], ...]
    href: str

    @property
    def words(self) -> str:
        return STATES[self.state]

    @property
    def cite(self) -> tuple[Citation, ...]:
        return self.node.cite


@needs(Permission.SIGNED_IN)
@require_safe
def order(request: HttpRequest, party_round_id: int) -> HttpResponse:
    """What waits for what, of the whole round or of the Party organisation in `?tc=`."""
    found = queries.picture(user_of(request), party_round_id, number(request.GET.get("tc", "")), now())
    graph, round_ = found.rules.graph, found.round
    labels = {node.id: node.label for node in graph.nodes}
    edges = list(enumerate(graph.edges, start=1))
    steps = []
    for rank in graph.ranks():
        for node in rank:
            due = round_.deadlines.get(node.id)
            day = date.fromisoformat(due) if due else None
            count = found.counts.get(node.id)
            state = _state(count)
            waits = tuple((n, e, f"“{labels[e.first]}” {link_words(e.link)}") for n, e in edges if e.then == node.id)
            late = day is not None and day < today() and state not in ("done", "none")
            steps.append(
                StepLine(node, count, state, _whose(node), day, late, waits, _href(round_, node, found.chosen))
            )
    shown = {
        one.node.id: Shown(_note(one, found.live), f"g-{one.state}" if found.counts else "", one.href) for one in steps
    }
    ranks = [[(node.id, node.label) for node in rank] for rank in graph.ranks()]
    pairs = [(e.first, e.then) for e in graph.edges]
    drawn = {"wide": picture(ranks, pairs, shown), "slim": picture(ranks, pairs, shown, SLIM)}
    response = render(
        request, "web/rounds/order.html", {"found": found, "round": round_, "drawn": drawn, "steps": steps}
    )
    if found.opening and found.opening.state == RoundOpening.State.WAITING:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _state(count: queries.Tally | None) -> str:
    if count is None or not count.total:
        return "none"
    return "done" if count.done == count.total else "free" if count.free else "waits"


def _whose(node: Node) -> str:
    return ", ".join(books.LABELS[kind] for kind in node.subjects)


def _note(one: StepLine, live: bool) -> str:
    if one.count is None or not one.count.total:
        return ""
    free = f", {one.count.free} làm được" if live and one.count.free else ""
    return f"xong {one.count.done}/{one.count.total}{free}"


def _href(round_: Round, node: Node, chosen: Any) -> str:
    if round_.state not in (Round.State.OPEN, Round.State.CLOSED):
        return ""
    asked = {"buoc": node.id} | ({"tc": chosen.pk} if chosen else {})
    return f"{reverse('round_subjects', args=[round_.pk])}?{urlencode(asked)}"


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def work(request: HttpRequest, party_round_id: int) -> HttpResponse:
    """Own steps, and those that the user records: several of one meeting at once, day and place typed once."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            made = actions.take_steps(
                round_id=party_round_id, by=user_of(request), at=now(), **steps_typed(request.POST)
            )
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"Đã ghi {len(made)} bước." if made else "Các bước này đã được ghi trước đó.")
            return redirect(request.get_full_path())
    node = request.GET.get("buoc", "")
    found_now = queries.work(user_of(request), party_round_id, node, page_number(request.GET), now())
    problems = problems_of(refusal) if refusal else []
    graph, user = found_now.rules.graph, user_of(request)
    ticked = request.POST.getlist("step")
    rates = any(one.id == node and one.step == "rating" for one in graph.nodes)
    others = [
        shown_line(line, graph, user, levels_for(found_now.round, line.subject) if rates else NO_LEVELS, node, ticked)
        for line in found_now.others.lines
    ]
    context = {
        "found": found_now,
        "round": found_now.round,
        "typed": request.POST,
        "ticked": ticked,
        "shown": [step.name for line in others for step in line.steps if step.node.id == node and step.state == "free"
                  and step.ticked],
        "rates": rates,
        "common": {code: words for line in others for code, words in line.levels.items()},
        "own": [shown_line(line, graph, user) for line in found_now.own],
        "node": node,
        "listed": found_now.others,
        "others": others,
        "today": today(),
        "nodes": [one for rank in graph.ranks() for one in rank],
        "keep": f"buoc={node}&" if node else "",
        "problems": problems,
        "errors": by_field(problems),
        "step_words": STATES,
    }
    return render(request, "web/rounds/work.html", context, status=status_of(refusal))


@dataclass(frozen=True)
class Step:
    """One step on a list: its name in the form, what it waits for (in words, and the article), where it is done.
    `ticked`: the user may record it now, alone or with the subject's own steps before it in one meeting; a rating from
    a decision on paper."""

    name: str
    node: Node
    state: str
    waits: tuple[tuple[str, str], ...]
    room: Link | None
    ticked: bool


@dataclass(frozen=True)
class SubjectLine:
    """A subject on a list, with its steps. `levels`: those it may be given; `about`: the step, or sort of step, that
    the list is about; `typed`: the steps that were ticked."""

    line: queries.Line
    steps: tuple[Step, ...]
    levels: Mapping[str, str]
    about: str = ""
    typed: Collection[str] = ()

    @property
    def at_hand(self) -> list[Step]:
        """What may be done now, what the list is about, what was ticked: the rest of a long list is folded."""
        return [
            step
            for step in self.steps
            if step.ticked or step.state == "free" or step.name in self.typed
            or (self.about and self.about in (step.node.id, step.node.step))
        ]

    @property
    def folded(self) -> list[Step]:
        shown = self.at_hand
        return [step for step in self.steps if step not in shown]

    @property
    def folded_words(self) -> str:
        """How many steps are folded, by their state."""
        counted = Counter(step.state for step in self.folded)
        return ", ".join(f"{counted[state]} bước {words}" for state, words in STATES.items() if counted[state])

    @property
    def alone(self) -> bool:
        """Whether the step that the list is about is all there is at hand, so that the list's caption names it."""
        return [step.node.id for step in self.at_hand] == [self.about]

    @property
    def levelled(self) -> Mapping[str, str]:
        """The levels to choose from, where the step that gives one can be ticked."""
        steps = [step for step in self.steps if step.node.id == self.about]
        return self.levels if any(step.ticked or step.name in self.typed for step in steps) else NO_LEVELS

    @property
    def free(self) -> list[str]:
        """Names of the steps that may be taken now."""
        return [step.name for step in self.steps if step.state == "free"]


def shown_line(
    line: queries.Line, graph: Graph, user: User, levels: Mapping[str, str] = NO_LEVELS, about: str = "",
    typed: Collection[str] = (), ticks: bool = True,
) -> SubjectLine:  # fmt: skip
    """A line for the template. `ticks`: steps can be ticked there."""
    own = (str(line.subject.pk),)
    rows = tuple(
        Step(
            f"{one.node.id}:{line.subject.pk}",
            one.node,
            one.state,
            tuple((gate.said_short(graph, w, line.names), gate.cited(w)) for w in one.waits),
            room_of(one.node.step, line.subject, user),
            ticks
            and (one.state == "free" or (one.state == "waits" and all(w.subjects == own for w in one.waits)))
            and (one.node.step != "rating" or getattr(line.subject, "rates", False)),
        )
        for one in line.steps
    )
    return SubjectLine(line, rows, levels, about, typed)


def steps_typed(posted: QueryDict) -> dict[str, Any]:
    """What the form of steps holds: those ticked, or all of the page. Raises Several."""
    read = Reading()
    on = read(parse_day, posted.get("on", ""), label="Ngày", field="on")
    steps = []
    for written in posted.getlist("shown") if posted.get("all") == "1" else posted.getlist("step"):
        node, _, key = written.partition(":")
        steps.append((node, number(key)))
    if not steps:
        read(_nothing)
    read.done()
    levels = {key: posted.get(f"level-{key}", "") or posted.get("level", "") for _, key in steps}
    return {
        "steps": steps,
        "on": on,
        "place": posted.get("place", ""),
        "number": posted.get("number", ""),
        "body": posted.get("body", ""),
        "group": posted.get("group", ""),
        "levels": levels,
    }


def _nothing() -> None:
    raise Refusal("round.steps", "Chưa chọn bước nào. Hãy đánh dấu ít nhất một bước đã làm.", field="steps")
