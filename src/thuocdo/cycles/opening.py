"""Freezing the population of a cycle: a helper of the action that opens it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from thuocdo.audit import bulk
from thuocdo.cycles.models import Cycle, Member
from thuocdo.cycles.population import (
    MEMBER_COLUMNS,
    Candidate,
    Choice,
    Scope,
    by_agency,
    decide,
    member_of,
    member_values,
    population,
    read_facts,
)
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.models import Unit


@dataclass(frozen=True)
class Frozen:
    """The population of a cycle, written: `rows` for the record, and `inside`: member, person, evaluator,
    account."""

    rows: list[bulk.Row]
    inside: list[tuple[int, int, int, int | None]]


def freeze_population(cycle: Cycle, scope: Scope, choices: Mapping[int, Choice]) -> Frozen:
    """Write one member row for everybody of the scope, in or out with the reason; pin the rules used.

    `choices` maps person id to the post chosen and the reason. Raises Refusal for a choice that fits nobody.
    """
    one_at_a_time()
    found = by_agency(population(scope, choices))
    _check_choices(found, choices)
    pattern = bulk.Pattern(Member, MEMBER_COLUMNS, cycle=cycle)
    keys = bulk.reserve(Member, len(found))
    rows = [pattern.row(*member_values(key, one)) for key, one in zip(keys, found, strict=True)]
    bulk.insert(Member, rows)
    cycle.pins = pins(cycle)
    cycle.save(update_fields=["pins"])
    inside = [
        (key, one.person.pk, one.evaluator.person, one.person.user_id)
        for key, one in zip(keys, found, strict=True)
        if one.standing == Member.Standing.IN and one.evaluator is not None and one.evaluator.person is not None
    ]
    return Frozen(rows, inside)


def one_at_a_time() -> None:
    """Wait for whoever else is letting people into a period, and let others wait until this transaction ends: who has a
    sheet of the period already, under another root too, is known only then. All take the row of the first unit."""
    list(Unit.objects.select_for_update(no_key=True).order_by("pk").values_list("pk")[:1])


def pins(cycle: Cycle) -> list[dict[str, object]]:
    """The rulebooks of the members that are in, each with overlays, hash and number of people. One query."""
    used = Member.objects.filter(cycle=cycle, standing=Member.Standing.IN)
    rows = used.values_list("rulebook", "overlays", "rulebook_hash").annotate(Count("pk")).order_by()
    return [
        {"rulebook": key, "overlays": list(overlays), "hash": digest, "members": count}
        for key, overlays, digest, count in sorted(rows)
    ]


def check_choices(scope: Scope, choices: Mapping[int, Choice]) -> None:
    """Raises Refusal for a choice that fits nobody of the scope, reading only the people chosen for."""
    if choices:
        facts = read_facts(scope, persons=list(choices))
        _check_choices([decide(facts, posts, None) for posts in facts.posts.values()], choices)


def _check_choices(found: Sequence[Candidate], choices: Mapping[int, Choice]) -> None:
    posts = {c.person.pk: {p.pk for p in c.posts} for c in found}
    for person, choice in choices.items():
        if choice.employment not in posts.get(person, set()):
            raise Refusal(
                "choice.unknown_post",
                "Vị trí công tác được chọn không thuộc kỳ này; hãy chọn lại từ danh sách trên trang mở kỳ.",
                field=f"choice-{person}",
            )
        if choice.reason.strip() == "":
            raise Refusal(
                "choice.no_reason",
                "Hãy ghi lý do chọn vị trí công tác để lập phiếu.",
                field=f"choice-{person}",
            )


def readmitted(cycle: Cycle, scope: Scope, member: Member, choice: Choice) -> Member:
    """The member row as it is now with the officer's choice (not saved). Raises Refusal saying what still
    lacks. Whoever calls has gone through `one_at_a_time`."""
    facts = read_facts(scope, persons=[member.person_id], pins=cycle.pins)
    posts = facts.posts.get(member.person_id, [])
    if choice.employment not in {p.pk for p in posts}:
        raise Refusal(
            "choice.unknown_post",
            "Vị trí công tác được chọn không thuộc kỳ này; hãy chọn lại.",
            field="employment_id",
        )
    candidate = decide(facts, posts, choice)
    if candidate.standing != Member.Standing.IN:
        raise Refusal("admit.still_out", f"Chưa đưa vào kỳ được: {candidate.reason}", field="employment_id")
    fresh = member_of(cycle, candidate)
    fresh.pk = member.pk
    fresh.reason = choice.reason
    return fresh
