"""The sides that the rulebook of a year's round asks, and those that a round of opinions has left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from thuocdo.engine.schemes.schema import OpinionGiver
from thuocdo.opinions.asks import words_of
from thuocdo.opinions.models import OpinionParty
from thuocdo.rounds.books import LABELS, Rules, rules_of
from thuocdo.rounds.models import Round, RoundSubject

ASKED = {"body": "tập thể, cơ quan", "person": "cá nhân", None: "văn bản đã đọc không nói là tập thể hay cá nhân"}


@dataclass(frozen=True)
class Side:
    """One side that the text names, with its article; `whose` the kinds of subject it is asked about."""

    group: str
    label: str
    asked: str
    whose: str
    cite: str
    required: bool


def sides_of(round_: Round, subjects: Iterable[RoundSubject]) -> tuple[Side, ...]:
    """What the rulebook says about asking for these subjects; nothing where the text read names no side."""
    rules = rules_of(round_)
    concerned = {(one.kind, one.role) for one in subjects}
    found = []
    for giver in _givers(rules, round_):
        kinds = sorted({kind for kind, role in concerned if giver.concerns(kind, role)}, key=list(LABELS).index)
        if kinds:
            whose = ", ".join(LABELS[kind] for kind in kinds)
            cite = words_of(rules.book, giver.cite)
            found.append(Side(giver.group, giver.label, ASKED[giver.asked], whose, cite, giver.required))
    return tuple(found)


def omitted(sides: Sequence[Side], parties: Iterable[OpinionParty]) -> tuple[Side, ...]:
    """Required sides that nobody of the round stands for."""
    asked = {party.group for party in parties}
    return tuple(side for side in sides if side.required and side.group not in asked)


def _givers(rules: Rules, round_: Round) -> Iterable[OpinionGiver]:
    on = round_.rating_date
    return (one for one in rules.book.book.opinions if one.since <= on and (one.until is None or on < one.until))
