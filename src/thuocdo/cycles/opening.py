"""Freezing the population of a cycle: a helper of the action that opens it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from thuocdo.cycles.models import Cycle, Member
from thuocdo.cycles.population import Candidate, Choice, Scope, decide, member_of, population, read_facts
from thuocdo.kernel.errors import Refusal


def freeze_population(cycle: Cycle, scope: Scope, choices: Mapping[int, Choice]) -> list[Member]:
    """Write one member row for everybody of the scope, in or out with the reason; pin the rules used.

    `choices` maps person id to the post chosen and the reason. Raises Refusal for a choice that fits nobody.
    """
    found = population(scope, choices)
    _check_choices(found, choices)
    members = Member.objects.bulk_create([member_of(cycle, c) for c in found], batch_size=500)
    cycle.pins = pins(members)
    cycle.save(update_fields=["pins"])
    return members


def pins(members: Sequence[Member]) -> list[dict[str, object]]:
    """The rulebooks of the members that are in, each with overlays, hash and number of people."""
    used = Counter((m.rulebook, tuple(m.overlays), m.rulebook_hash) for m in members if m.standing == "in")
    return [
        {"rulebook": key, "overlays": list(overlays), "hash": digest, "members": count}
        for (key, overlays, digest), count in sorted(used.items())
    ]


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
    lacks."""
    facts = read_facts(scope, persons=[member.person_id])
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
