"""Hard shares that the levels decided in a round exceed, whatever became of the group since: they are put right before
the round ends, and a decision on paper that comes after its end may not exceed them either."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from django.db.models import Q

from thuocdo.conclusions import facts, grouping, places, sheets
from thuocdo.conclusions.models import Assessment
from thuocdo.engine.schemes.quotas import side_of
from thuocdo.rounds.models import Round, RoundSubject, StepDone


def surplus(round_: Round) -> list[str]:
    """A sentence for each group with more decided than places. A decision that is to be made again holds until it is
    replaced, so it counts as it stands. A constant number of queries."""
    stands = Q(state="decided") | (Q(state__in=("verify", "decide")) & ~Q(level=""))
    rows = Assessment.objects.filter(stands | Q(state="decide"), round=round_)
    given = rows.filter(stands).order_by().values("group")
    found = rows.filter(group__in=given).select_related("competence", "person").order_by("pk")
    told = grouping.on_paper(round_)
    on_paper = grouping.from_paper(round_, told=told)
    forms: dict[tuple[str, str, str], sheets.Form] = {}
    groups: dict[places.Key, tuple[Assessment, sheets.Form, list[places.Held]]] = {}
    for one in found:
        one.round = round_
        form = sheets.counting_form(one, forms)
        held = places.held_of(one)
        held = places.chosen_of(held, one.level) if one.level else replace(held, decided=one.state == "decided")
        groups.setdefault(places.key_of(one, form), (one, form, []))[2].append(held)
    for one in _only_on_paper(round_, on_paper, groups):
        form = sheets.counting_form(one, forms)
        groups.setdefault(places.key_of(one, form), (one, form, []))
    paper = [places.held_on_paper(row) for row in on_paper]
    for one, form, rows_ in groups.values():
        rows_ += places.alike(one, form, paper)
    raised = places.raised_of(round_, {one.group for one, _, _ in groups.values()})
    return unnamed(round_, told) + [
        f"Nhóm “{one.group}”: đã quyết định {count.taken} suất, vượt {count.over}. {count.cell.finding.sentence_vi} "
        "Hãy xếp loại lại những hồ sơ giữ suất, hoặc quyết định tỷ lệ nâng nếu văn bản cho phép."
        for one, form, rows_ in groups.values()
        for count in places.counts(one, form, rows_, raised)
        if count.over and _hard(form, count)
    ]


def _only_on_paper(
    round_: Round, found: list[grouping.FromPaper], given: Collection[places.Key]
) -> list[Assessment]:
    """One for each group in which nobody is decided but on paper. Up to one query."""
    first = {(row.group, places.body_of(row.competence), side_of(row.kind)): row for row in reversed(found)}
    first = {key: row for key, row in first.items() if key not in given}
    if not first:
        return []
    subjects = RoundSubject.objects.select_related("round", "unit", "person").in_bulk(
        [row.subject for row in first.values()]
    )
    made = []
    for row in first.values():
        one = facts.of_round(subjects[row.subject])
        one.group, one.competence = row.group, row.competence
        made.append(one)
    return made


def unnamed(round_: Round, told: Sequence[StepDone]) -> list[str]:
    """A sentence where levels from paper that have a share stand in no group."""
    number = sum(grouping.without_group(round_, told=told).values())
    if not number:
        return []
    return [
        f"{number} mức có tỷ lệ ghi từ quyết định giấy chưa nêu nhóm có vị trí, vai trò tương đồng, nên chưa đếm được "
        "suất. Hãy hủy bước xếp loại ấy rồi ghi lại kèm nhóm."
    ]


def _hard(form: sheets.Form, count: places.Count) -> bool:
    rules = form.scheme.quotas if form.scheme else ()
    return any(rule.id == count.cell.quota and rule.hardness == "hard" for rule in rules)
