"""Whether a step may be taken now, and for whom it waits: what every room asks before it writes.

Within a room's action: `require_free` and `told` with the round from `locking.locked`; beside it, `standing_of` for
lists.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from thuocdo.accounts.models import User
from thuocdo.audit import bulk
from thuocdo.engine.schemes.graph import Graph, Node
from thuocdo.engine.schemes.standing import Standing, Waiting, standings
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.organisation.queries import person_of
from thuocdo.rounds import books, links
from thuocdo.rounds.models import Round, RoundSubject, StepDone

NAMED = 3
YEAR_LEVEL = "appraisals.year_level"
"""Source of a step that is the level of a person's year on the month side."""
Done = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Taken:
    """How a step was done: when, in which document, with which level, by which room. `place`: where, or of a rating on
    paper the body that decided; `group`: of a rating on paper among whom its share is counted."""

    on: date
    place: str = ""
    number: str = ""
    level: str = ""
    source: str = "rounds.recorded"
    source_key: str = ""
    group: str = ""


def steps_done(graph: Graph, rows: Mapping[int, links.Row]) -> Done:
    """Steps of these subjects of one round that are done, a review held together counted for both. One query."""
    return _held_together(graph, rows, _active(rows))


def _active(rows: Collection[int]) -> set[tuple[str, str]]:
    active = StepDone.objects.filter(undoes__isnull=True, undone__isnull=True, subject__in=list(rows))
    return {(node, str(subject)) for node, subject in active.values_list("node", "subject_id")}


def _held_together(graph: Graph, rows: Mapping[int, links.Row], done: set[tuple[str, str]]) -> Done:
    reviews = [node for node in graph.nodes if node.step == "review"]
    held = {subject for node, subject in done if any(node == one.id for one in reviews)}
    for row in rows.values():
        if row.reviewed_with is not None and str(row.reviewed_with) in held:
            done |= {(node.id, str(row.pk)) for node in reviews if node.concerns(row.kind, row.role)}
    return frozenset(done)


def standing_of(round_: Round, asked: Sequence[RoundSubject]) -> dict[int, list[Standing]]:
    """Every step of these subjects and where it stands, by subject; nothing for who is exempt."""
    return standing_in_all({round_.pk: round_}, asked)


def standing_in_all(rounds: Mapping[int, Round], asked: Sequence[RoundSubject]) -> dict[int, list[Standing]]:
    """The same for subjects of several rounds, by id of the round. As many queries as for one."""
    every = links.around_of(rounds, asked)
    active = _active(every)
    found: dict[int, list[Standing]] = {one.pk: [] for one in asked}
    for key, round_ in rounds.items():
        graph = books.rules_of(round_).graph
        rows = {pk: row for pk, row in every.items() if row.round == key}
        done = _held_together(graph, rows, {step for step in active if int(step[1]) in rows})
        wanted = {str(one.pk) for one in asked if one.round_id == key}
        for one in standings(graph, links.subjects(rows, found), done, wanted):
            found[int(one.subject)].append(one)
    return found


def waiting(round_: Round, node: str, subject: RoundSubject) -> tuple[Waiting, ...]:
    """What holds the step back; nothing where it is free or done."""
    return next((one.waits for one in standing_of(round_, [subject])[subject.pk] if one.node.id == node), ())


def require_free(round_: Round, wanted: Collection[tuple[str, RoundSubject]]) -> list[tuple[Node, RoundSubject]]:
    """These steps in an order in which they may be taken now, without those that are done. Raises Conflict with
    the articles for the first that come too early, Refusal for a step that the subject does not have."""
    ordered, left = free(round_, wanted)
    if left:
        raise Conflict(" ".join(early_words(round_, dict(list(left.items())[:NAMED])).values()))
    return ordered


def free(
    round_: Round, wanted: Collection[tuple[str, RoundSubject]], near: links.Near | None = None
) -> tuple[list[tuple[Node, RoundSubject]], dict[tuple[str, RoundSubject], Standing]]:
    """As `require_free`, and those that come too early with what they wait for. `near`: of all these subjects, where it
    was read under the same lock of the round. A constant number of queries."""
    if round_.state != Round.State.OPEN:
        raise Conflict(f"Đợt {round_.label} hiện {round_.get_state_display()}, nên không ghi được bước nào.")
    graph = books.rules_of(round_).graph
    subjects = {one.pk: one for _, one in wanted}
    rows, everybody = near or links.near(round_, list(subjects.values()))
    done = steps_done(graph, rows)
    nodes = {node.id: node for node in graph.nodes}
    left, keys = {}, {str(pk) for pk in subjects}
    for name, subject in wanted:
        _may_have(nodes.get(name), subject)
        if (name, str(subject.pk)) not in done:
            left[name, str(subject.pk)] = subject
    ordered: list[tuple[Node, RoundSubject]] = []
    while left:
        now = {(one.node.id, one.subject): one for one in standings(graph, everybody, done, keys)}
        found = [step for step in left if now[step].state == "free"]
        if not found:
            return ordered, {(name, subject): now[name, key] for (name, key), subject in left.items()}
        ordered += [(nodes[name], left.pop((name, key))) for name, key in found]
        done |= set(found)
    return ordered, {}


def early_words(
    round_: Round, left: Mapping[tuple[str, RoundSubject], Standing]
) -> dict[tuple[str, RoundSubject], str]:
    """The refusal of each step that comes too early, with its articles. One query."""
    graph = books.rules_of(round_).graph
    keys = {int(key) for row in left.values() for one in row.waits for key in one.subjects[:NAMED]}
    names = {str(pk): name for pk, name in RoundSubject.objects.filter(pk__in=keys).values_list("pk", "name")}
    return {step: early(graph, row, step[1].name, names) for step, row in left.items()}


def _may_have(node: Node | None, subject: RoundSubject) -> None:
    if node is None or not node.concerns(subject.kind, subject.role):
        raise Refusal("round.no_step", f"{subject.name} không có bước này trong đợt. Hãy chọn lại bước.")
    if subject.standing != RoundSubject.Standing.IN:
        raise Conflict(
            f"{subject.name} hiện {subject.get_standing_display()}: {subject.reason} Hãy quyết định về đối tượng "
            f"này trước."
        )
    if node.step == "review" and subject.reviewed_with_id is not None:
        raise Conflict(
            f"{subject.name}: kiểm điểm một lần cùng nơi khác, nên bước này xong khi kiểm điểm ở nơi ấy xong. "
            + " ".join(subject.notes)
        )


def early(graph: Graph, row: Standing, name: str, names: Mapping[str, str]) -> str:
    """The refusal of a step that comes too early, with its articles."""
    return f"Chưa làm được “{row.node.label}” của {name}: " + " ".join(said(graph, one, names) for one in row.waits)


def said(graph: Graph, one: Waiting, names: Mapping[str, str]) -> str:
    """One thing that a step waits for, with its article."""
    return f"{said_short(graph, one, names)} {cited(one)}"


def said_short(graph: Graph, one: Waiting, names: Mapping[str, str]) -> str:
    """One thing that a step waits for, in words."""
    first = next(node.label for node in graph.nodes if node.id == one.edge.first)
    whom = ", ".join(names.get(key, key) for key in one.subjects[:NAMED])
    more = f" và {len(one.subjects) - NAMED} đối tượng khác" if len(one.subjects) > NAMED else ""
    return f"phải chờ “{first}” của {whom}{more}."


def cited(one: Waiting) -> str:
    """The order that makes it wait, its article and how sure that is."""
    cite = "; ".join(item.text() for item in one.edge.cite)
    return f"{one.edge.label}. Căn cứ: {cite} (độ tin cậy {one.edge.confidence})."


def told(
    round_: Round,
    node: Node,
    subject: RoundSubject,
    how: Taken,
    by: User,
    at: datetime,
    undoes: StepDone | None = None,
    reason: str = "",
) -> StepDone:
    """The row that says a step is done, or taken back; saved, for the caller to record. Raises IntegrityError where
    somebody else was first."""
    turn = StepDone.objects.filter(subject=subject, node=node.id).count() + 1
    row = StepDone(
        round=round_,
        subject=subject,
        node=node.id,
        step=node.step or "",
        turn=turn,
        on=how.on,
        place=how.place,
        number=how.number,
        level=how.level,
        group=how.group,
        source=how.source,
        source_key=how.source_key,
        person_id=subject.person_id,
        by=by,
        by_person=person_of(by),
        at=at,
        undoes=undoes,
        reason=reason,
    )
    row.save(force_insert=True)
    return row


def told_many(
    round_: Round, made: Sequence[tuple[Node, RoundSubject, Taken]], by: User, at: datetime
) -> list[bulk.Row]:
    """`told` for many steps that were not taken before: rows in the order of the columns, inserted, for the caller to
    record as fresh. Three queries. Raises IntegrityError where somebody else was first."""
    subjects = [subject.pk for _, subject, _ in made]
    turns: dict[tuple[int, str], int] = {}
    counted = StepDone.objects.filter(subject__in=subjects).values_list("subject_id", "node").annotate(n=Count("pk"))
    for key, node, number in counted.order_by():
        turns[key, node] = number
    mine = person_of(by)
    pattern = bulk.Pattern(
        StepDone,
        ("id", "subject_id", "node", "step", "turn", "on", "place", "number", "level", "group", "source",
         "source_key", "person_id"),
        round_id=round_.pk, by_id=by.pk, by_person_id=mine.pk if mine else None, at=at,
    )  # fmt: skip
    rows = [
        pattern.row(
            key, subject.pk, node.id, node.step or "", turns.get((subject.pk, node.id), 0) + 1, how.on, how.place,
            how.number, how.level, how.group, how.source, how.source_key, subject.person_id,
        )
        for key, (node, subject, how) in zip(bulk.reserve(StepDone, len(made)), made, strict=True)
    ]  # fmt: skip
    bulk.insert(StepDone, rows)
    return rows


def dependants(round_: Round, node: str, subject: RoundSubject) -> list[tuple[str, str]]:
    """Steps done that waited for this one (step, name of the subject): they are taken back first."""
    labels = {one.id: one.label for one in books.rules_of(round_).graph.nodes}
    return [(labels[step.node], step.subject.name) for step in leaning(round_, node, subject)]


def leaning(round_: Round, node: str, subject: RoundSubject) -> list[StepDone]:
    """The rows that say these steps are done, each with its subject and person."""
    graph = books.rules_of(round_).graph
    then = {edge.then for edge in graph.after(node)}
    if not then:
        return []
    near = RoundSubject.objects.filter(pk__in=list(links.around(round_, [subject])))
    rows = links.around(round_, list(near))
    done, key = steps_done(graph, rows), str(subject.pk)
    without = {step for step in done if step != (node, key) and step[0] not in then}
    found = [
        one
        for one in standings(graph, links.subjects(rows), without)
        if (one.node.id, one.subject) in done and any(w.edge.first == node and key in w.subjects for w in one.waits)
    ]
    wanted = {(one.node.id, int(one.subject)) for one in found}
    steps = StepDone.objects.filter(subject__in={key for _, key in wanted}, undoes=None, undone=None)
    ordered = steps.select_related("subject", "person").order_by("pk")
    return [row for row in ordered if (row.node, row.subject_id) in wanted]
