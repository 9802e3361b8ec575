"""The work of a person or an office in every open round on one page, and steps of one meeting that serves several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, When

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import day_of
from thuocdo.rounds import books, gate
from thuocdo.rounds.access import eyes_of, recordable, rounds_seen
from thuocdo.rounds.actions.steps import take_steps
from thuocdo.rounds.locking import chain
from thuocdo.rounds.models import Round, RoundSubject, StepDone
from thuocdo.rounds.queries import Line, in_turn, page_of

MOST_ROUNDS = 40
STEPS = {"review": "kiểm điểm", "report": "bản kiểm điểm hoàn chỉnh", "opinion": "lấy ý kiến", "ballot": "bỏ phiếu",
         "rating": "xếp loại"}  # fmt: skip


@dataclass(frozen=True)
class Everywhere:
    """`own`: the user's procedures in every open round; `others`: one page of subjects that still have a step of the
    sort asked for, and of which the user records steps. `more`: there are more rounds than are read at once."""

    rounds: list[Round]
    own: list[Line]
    others: list[Line]
    total: int
    number: int
    pages: int
    more: bool


def everywhere(user: User, step: str, typed: str, number: int, at: datetime) -> Everywhere:
    """Every open round that the user sees, newest first. A constant number of queries, however many rounds."""
    on = day_of(at)
    eyes = eyes_of(user, on)
    seen = Round.objects.filter(rounds_seen(user, on, eyes), state=Round.State.OPEN).select_related("organisation")
    rounds = list(seen.order_by("-year", "organisation__name", "pk")[: MOST_ROUNDS + 1])
    listed = {one.pk: one for one in rounds[:MOST_ROUNDS]}
    rows = RoundSubject.objects.filter(round__in=listed)
    mine = list(rows.filter(person__user_id=user.pk).select_related("unit", "collective", "person").order_by("pk"))
    others = rows.filter(recordable(user, on, eyes), standing="in").exclude(pk__in=[one.pk for one in mine])
    others = _to_do(others, list(listed.values()), step) if step in STEPS else others
    others = others.filter(search_key__contains=fold(typed)) if typed else others
    kinds = [in_turn(books.rules_of(one).graph) for one in rounds[:1]]
    page, total, number, pages = page_of(others, number, _turns(list(listed.values())), *kinds, "search_key", "pk")
    order = {key: place for place, key in enumerate(listed)}
    mine.sort(key=lambda one: (order[one.round_id], one.kind, one.pk))
    for one in (*mine, *page):
        one.round = listed[one.round_id]
    lines = _lines(listed, [*mine, *page])
    return Everywhere(
        list(listed.values()), lines[: len(mine)], lines[len(mine) :], total, number, pages, len(rounds) > MOST_ROUNDS
    )


def _turns(rounds: Sequence[Round]) -> Case:
    """Subjects of one round stand together, the rounds in the order of the page."""
    whens = (When(round=one.pk, then=place) for place, one in enumerate(rounds))
    return Case(*whens, default=len(rounds), output_field=IntegerField())


def _to_do(rows: QuerySet[RoundSubject], rounds: Sequence[Round], step: str) -> QuerySet[RoundSubject]:
    """Those who have a step of that sort by the rulebook of their round, not yet done."""
    wanted, by_nodes = Q(pk__in=[]), dict[tuple[tuple[tuple[str, ...], tuple[str, ...]], ...], list[int]]()
    for one in rounds:
        nodes = [node for node in books.rules_of(one).graph.nodes if node.step == step]
        by_nodes.setdefault(tuple((tuple(n.subjects), tuple(n.roles)) for n in nodes), []).append(one.pk)
    for nodes_alike, keys in by_nodes.items():
        for kinds, roles in nodes_alike:
            wanted |= Q(round__in=keys, kind__in=kinds, **({"role__in": roles} if roles else {}))
    done = StepDone.objects.filter(step=step, undoes__isnull=True, undone__isnull=True)
    rows = rows.filter(wanted).exclude(pk__in=done.values("subject_id"))
    return rows.filter(reviewed_with=None) if step == "review" else rows


def _lines(rounds: dict[int, Round], subjects: Sequence[RoundSubject]) -> list[Line]:
    """With where their steps stand, and the names of those they wait for."""
    used = {one.round_id for one in subjects}
    if not used:
        return []
    found = gate.standing_in_all({key: one for key, one in rounds.items() if key in used}, subjects)
    keys = {int(k) for one in found.values() for s in one for w in s.waits for k in w.subjects[: gate.NAMED]}
    names = {str(k): name for k, name in RoundSubject.objects.filter(pk__in={0, *keys}).values_list("pk", "name")}
    return [Line(one, found[one.pk], names) for one in subjects]


def take_in_all(
    *, steps: Sequence[tuple[str, int]], on: date, place: str, number: str, by: User, at: datetime
) -> list[StepDone]:
    """`take_steps` for one meeting that served several rounds: day, place and document typed once, an event in the
    chain of each round, all of them or none. A rating is recorded in its own round. Raises as `take_steps`."""
    mine = RoundSubject.objects.filter(recordable(by, day_of(at)), pk__in={key for _, key in steps})
    subjects = mine.select_related("round__unit", "round__organisation")
    rounds = {one.pk: one.round for one in subjects}
    if set(rounds) != {key for _, key in steps}:
        raise NotYours("Không tìm thấy đối tượng này trong phạm vi ông/bà được ghi.")
    by_round: dict[int, list[tuple[str, int]]] = {}
    for node, key in steps:
        graph = books.rules_of(rounds[key]).graph
        if any(one.id == node and one.step == "rating" for one in graph.nodes):
            raise Refusal(
                "round.rating_elsewhere", "Bước xếp loại cần mức, số quyết định và cấp quyết định: hãy ghi ở trang "
                "Việc của tôi trong đợt của từng đợt.", field="steps",
            )  # fmt: skip
        by_round.setdefault(rounds[key].pk, []).append((node, key))
    ordered = sorted({one.pk: one for one in rounds.values()}.values(), key=lambda one: (chain(one, at), one.pk))
    with transaction.atomic():
        return [
            row
            for one in ordered
            for row in take_steps(
                round_id=one.pk, steps=by_round[one.pk], on=on, place=place, number=number, levels={}, by=by, at=at
            )
        ]
