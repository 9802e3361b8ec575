"""Hard shares that the levels decided in a round exceed, whatever became of the group since: they are put right before
the round ends, because nothing is decided in it afterwards."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Q

from thuocdo.conclusions import facts, places, sheets
from thuocdo.conclusions.delivering import NOTHING
from thuocdo.conclusions.models import Assessment
from thuocdo.rounds.models import Round


def surplus(round_: Round) -> list[str]:
    """A sentence for each group with more decided than places. A decision that is to be made again holds until it is
    replaced, so it counts as it stands. A constant number of queries."""
    stands = Q(state="decided") | (Q(state__in=("verify", "decide")) & ~Q(level=""))
    rows = Assessment.objects.filter(stands | Q(state="decide"), round=round_)
    given = set(rows.filter(stands).order_by().values_list("group", flat=True).distinct())
    found = rows.filter(group__in=given).select_related("competence").order_by("pk")
    forms: dict[tuple[str, str, str], sheets.Form] = {}
    groups: dict[tuple[str, str], tuple[Assessment, sheets.Form, list[places.Held]]] = {}
    for one in found:
        one.round = round_
        sort = (one.rulebook_hash, one.kind, one.role)
        if sort not in forms:
            book = facts.book_of(one)
            forms[sort] = sheets.Form(one, book, facts.scheme_of(one, book), (), NOTHING)
        held = places.held_of(one)
        held = places.chosen_of(held, one.level) if one.level else replace(held, decided=one.state == "decided")
        groups.setdefault(places.key_of(one, forms[sort]), (one, forms[sort], []))[2].append(held)
    paper = places.from_paper(round_, given)
    for one, form, rows_ in groups.values():
        rows_ += places.alike(one, form, paper)
    raised = places.raised_of(round_, given)
    return [
        f"Nhóm “{one.group}”: đã quyết định {count.taken} suất, vượt {count.over}. {count.cell.finding.sentence_vi} "
        "Hãy xếp loại lại những hồ sơ giữ suất, hoặc quyết định tỷ lệ nâng nếu văn bản cho phép."
        for one, form, rows_ in groups.values()
        for count in places.counts(one, form, rows_, raised)
        if count.over and _hard(form, count)
    ]


def _hard(form: sheets.Form, count: places.Count) -> bool:
    rules = form.scheme.quotas if form.scheme else ()
    return any(rule.id == count.cell.quota and rule.hardness == "hard" for rule in rules)
