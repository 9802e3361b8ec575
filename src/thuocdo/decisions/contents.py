"""What a paper says, frozen when it is drafted: the results of one unit's closed cycle, by name in Vietnamese order."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.level_counts import decided_levels
from thuocdo.appraisals.models import Confirmation
from thuocdo.appraisals.shapes import shape_with
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.models import Publication
from thuocdo.engine.rulebook import Identity
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import ancestors
from thuocdo.organisation.successors import keeper_on
from thuocdo.rulesets.regulations import numbers_by_title
from thuocdo.rulesets.versions import past_book

NO_NUMBER = "…………"
NO_SCORE = {
    "not_rated": "không chấm điểm kỳ này",
    "needs_decision": "chờ cấp có thẩm quyền quyết định",
}


@dataclass(frozen=True)
class ResultLine:
    """One person of a list: what others need to see, and nothing else."""

    person: int
    confirmation: int
    name: str
    position: str
    unit: str
    score: str
    level: str
    note: str
    decided: bool = False


def level_word(lines: Collection[ResultLine]) -> str:
    """What the levels of a list are: decided by the authority, or those that correspond to the points."""
    made = {line.decided for line in lines if line.level}
    if made == {True}:
        return "Mức đã quyết định"
    return "Mức tương ứng hoặc đã quyết định" if True in made else "Mức tương ứng"


def results_in_force(cycle: Cycle, unit: Unit | int) -> list[Confirmation]:
    """The results that stand now for whom the head of this unit evaluates, in Vietnamese order of names. One query."""
    rows = in_force(Confirmation.objects.filter(sheet__cycle=cycle, sheet__member__evaluator_unit=unit))
    people = rows.select_related("subject", "sheet__member__unit", "confirmed_by")
    return list(people.order_by("subject__sort_key", "subject__code"))


def results_of(publication: Publication) -> list[Confirmation]:
    """The results that it names, in force or not, in Vietnamese order of names. One query."""
    rows = Confirmation.objects.filter(published__publication=publication)
    people = rows.select_related("subject", "sheet__member__unit", "confirmed_by")
    return list(people.order_by("subject__sort_key", "subject__code"))


def lines_of(results: list[Confirmation]) -> tuple[ResultLine, ...]:
    """The lines, with the level's name in the rulebook of each result: the one decided by the authority where levels
    are decided, else that of the rule. One query, and one for each version of a rulebook in use. Raises NotYours for a
    rulebook not kept."""
    decided = decided_levels([one.pk for one in results])
    codes = {one.pk: decided[one.pk].level if one.pk in decided else one.band for one in results}
    used = dict.fromkeys(one.rulebook_hash for one in results if codes[one.pk])
    shapes = {digest: shape_with(past_book(digest)) for digest in used}
    levels = {one.pk: shapes[one.rulebook_hash].label(codes[one.pk]) if codes[one.pk] else "" for one in results}
    return tuple(_line(one, levels[one.pk], one.pk in decided) for one in results)


def _line(one: Confirmation, level: str, decided: bool) -> ResultLine:
    member = one.sheet.member
    return ResultLine(
        one.subject_id,
        one.pk,
        one.subject.full_name,
        member.position,
        member.unit.name,
        format_points(one.score_shown) if one.score_shown is not None else "",
        level,
        "" if one.score_shown is not None else NO_SCORE.get(one.outcome_kind, "chưa có điểm"),
        decided,
    )


def frozen(
    cycle: Cycle, unit: Unit, on: date, publication: Publication | None = None, *, anew: bool = False
) -> dict[str, Any]:
    """Everything that a paper about this unit's cycle prints, as plain data for `canonical`: the results in force, or
    those of them that a supplementary `publication` names (`anew`: that are of the same sheets).

    `unit` issues it; `of_unit`, where that unit has ended, is the one whose results they are.
    """
    results, issuer = results_in_force(cycle, unit), keeper_on(unit, on)
    if publication is not None:
        named = results_of(publication)
        wanted = {one.sheet_id if anew else one.pk for one in named}
        results = [one for one in results if (one.sheet_id if anew else one.pk) in wanted]
    books = [past_book(digest) for digest in dict.fromkeys(one.rulebook_hash for one in results)]
    path = ancestors(issuer, on)
    return {
        "format": 1,
        "period": cycle.label,
        "unit": issuer.name,
        **({} if issuer == unit else {"of_unit": unit.name}),
        **({} if publication is None else {"publication": publication.number}),
        "above": path[1].name if len(path) > 1 else "",
        "bases": bases_of(books, numbers_by_title({key for book in books for key in book.overlays})),
        "lines": [vars(line) for line in lines_of(results)],
    }


def bases_of(books: Iterable[Identity], numbers: Mapping[str, str] | None = None) -> list[str]:
    """The titles of the rulebooks, each followed by the unit's or province's own regulations laid upon it, with number.
    `numbers`: what was recorded after the approval, by title.

    A regulation whose number nobody recorded keeps a place for it: the office writes it in.
    """
    found: dict[str, None] = {}
    for book in books:
        found[book.title] = None
        for own in book.overlay_instruments:
            number = (numbers or {}).get(own.title) or own.number
            known = bool(number) and number in own.title
            found[own.title if known else f"{own.title} số {number or NO_NUMBER}"] = None
    return list(found)


def concerned_ids(content: str) -> list[int]:
    """Units that a paper about units concerns: those rated, and those they belong to."""
    return list(json.loads(content).get("receivers", ()))


def outdated(lines: Iterable[ResultLine]) -> tuple[str, ...]:
    """Names of those whose results were replaced after a paper with these lines was drafted. One query."""
    found = Confirmation.objects.filter(replaces__in={line.confirmation for line in lines if line.confirmation})
    return tuple(found.order_by("subject__sort_key").values_list("subject__full_name", flat=True))


def read(content: str) -> tuple[Mapping[str, Any], tuple[ResultLine, ...]]:
    """A stored content and its lines."""
    found = json.loads(content)
    return found, tuple(ResultLine(**line) for line in found["lines"])
