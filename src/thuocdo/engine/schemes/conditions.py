"""The conditions of a plan over columns: each is true, false or unknown on every row."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from thuocdo.engine.blocks.segments import segment_any, segment_sum
from thuocdo.engine.columns import Ints, Mask
from thuocdo.engine.schemes import nodes
from thuocdo.engine.schemes.columns import NOT_GIVEN, UNRATED, Ranks, SchemeColumns
from thuocdo.engine.schemes.dating import COUNTS, OPEN_YEAR, dated
from thuocdo.engine.schemes.plan import SchemePlan
from thuocdo.engine.schemes.scoring import Score, score_of
from thuocdo.engine.schemes.truth import (
    FALSE,
    TRUE,
    UNKNOWN,
    Truth,
    both,
    compare,
    either,
    either_none,
    inverse,
    known,
    measured,
    same_side,
    scaled_by,
    total,
    within_share,
)


class Evaluator:
    """The conditions of one plan on one span of rows; each distinct condition and the score at most once."""

    def __init__(self, plan: SchemePlan, columns: SchemeColumns) -> None:
        self.plan, self.columns = plan, columns
        self.rows = len(columns)
        self._truths: dict[int, Truth] = {}
        self._score: Score | None = None
        self._filled: dict[Any, bool] = {}
        self._sides: dict[tuple[str, Fraction], Truth] = {}
        self._dated: Any = None

    @property
    def score(self) -> Score:
        if self._score is None:
            self._score = score_of(self.plan, self.columns)
        return self._score

    def dated(self) -> Any:
        """Per disciplinary record, whether it counts in this period or why not."""
        if self._dated is None:
            assert self.columns.records is not None
            self._dated = dated(self.columns.records, self.columns.period.year, self.plan.dating)
        return self._dated

    def truth(self, number: int) -> Truth:
        """The condition with this number in the plan."""
        found = self._truths.get(number)
        if found is None:
            found = self._truths[number] = self._evaluate(self.plan.nodes[number])
        return found

    def all_of(self, numbers: Sequence[int]) -> Truth:
        """All conditions together; of none, true."""
        result = TRUE
        for number in numbers:
            result = both(result, self.truth(number))
        return result

    def any_of(self, numbers: Sequence[int]) -> Truth:
        """At least one condition; of none, false."""
        result = FALSE
        for number in numbers:
            result = either(result, self.truth(number))
        return result

    def _evaluate(self, node: nodes.Node) -> Truth:
        match node:
            case nodes.ScoreNode():
                return self.score_within(node)
            case nodes.ScoreKnown():
                return Truth(self.score.known, False)
            case nodes.ShareNode():
                return self._share(node)
            case nodes.NumberNode():
                return self._number(node)
            case nodes.FlagNode():
                return self._flag(node)
            case nodes.GradesNode():
                return self._grades(node)
            case nodes.LevelsNode():
                return self._levels(node)
            case nodes.DisciplineNode():
                return self._discipline(node)
            case nodes.AbsenceNode():
                return self._absence(node)
            case _:
                return self._join(node)

    def score_within(self, node: nodes.ScoreNode) -> Truth:
        score = self.score
        result = TRUE
        for bound in node.bounds:
            if bound.value is None:
                result = both(result, UNKNOWN)
                continue
            result = both(result, self._score_side(score, bound.word, scaled_by(bound.value, 100)))
        return result

    def _score_side(self, score: Score, word: nodes.Word, limit: Fraction) -> Truth:
        """The score on one side of a limit; the bound of one level is the other side of the next one's."""
        over: nodes.Word = "at_least" if word in ("at_least", "below") else "more_than"
        found = self._sides.get((over, limit))
        if found is None:
            found = known(compare(score.num, score.den, over, limit), score.known)
            self._sides[over, limit] = found
        return found if word == over else inverse(found)

    def _share(self, node: nodes.ShareNode) -> Truth:
        if node.of is None:
            return UNKNOWN
        whole, whole_known = total(self.columns, node.of)
        part, part_known = total(self.columns, node.part)
        if whole_known is True and part_known is True and self._never_zero(node.of, whole):
            return within_share(node.bounds, part, whole, True)
        none = (whole == 0) & whole_known
        result = within_share(node.bounds, part, whole, (whole > 0) & whole_known & part_known)
        return either_none(result, none, node.when_none)

    def _never_zero(self, measures: Sequence[tuple[str, int]], whole: Any) -> bool:
        """Whether there is something to take a share of on every row."""
        found = self._filled.get(measures)
        if found is None:
            found = self._filled[measures] = bool(whole.all())
        return found

    def _number(self, node: nodes.NumberNode) -> Truth:
        column = self.columns.values.get(node.of)
        if column is None:
            return UNKNOWN
        where = measured(column, node.of in self.columns.complete)
        result = TRUE
        for bound in node.bounds:
            if bound.value is None:
                result = both(result, UNKNOWN)
            else:
                result = both(result, known(compare(column, 1, bound.word, scaled_by(bound.value, node.unit)), where))
        return result

    def _flag(self, node: nodes.FlagNode) -> Truth:
        holds = self.flag(node)
        if holds is None:
            return FALSE if node.value else TRUE
        return Truth(holds if node.value else ~holds)

    def flag(self, node: nodes.FlagNode) -> Mask | None:
        """Where the flag is stated or follows from a subject that is not rated; None where nowhere."""
        column, related = self.columns.values.get(node.fact), self.columns.related.get(node.unrated)
        stated = None if column is None else np.asarray(column > 0, dtype=np.bool_)
        if related is None:
            return stated
        assert related.offsets is None, "a relation to one subject"
        found = np.asarray(related.rank == UNRATED, dtype=np.bool_)
        return found if stated is None else found | stated

    def _grades(self, node: nodes.GradesNode) -> Truth:
        if node.grade is None:
            return UNKNOWN
        join = both if node.quantifier == "all" else either
        result = TRUE if node.quantifier == "all" else FALSE
        for slug in node.slugs:
            column = self.columns.values.get(slug)
            if column is None:
                result = join(result, UNKNOWN)
                continue
            holds = (column == node.grade) if node.exactly else (column <= node.grade)
            result = join(result, known(holds, measured(column, slug in self.columns.complete)))
        return result

    def _levels(self, node: nodes.LevelsNode) -> Truth:
        """Those decided to be not rated have no level; whether such a one still is among those of whom the text
        speaks, no text read says: it holds only what holds with them and without them."""
        related = self.columns.related.get(node.relation)
        if related is None:
            return UNKNOWN
        if len(related.rank) == 0 and related.given is None:  # nobody has any
            return {"holds": TRUE, "fails": FALSE}.get(node.when_none, UNKNOWN)
        unrated = related.rank == UNRATED
        if not unrated.any():
            return self._among(node, related)
        among = self._among(node, related, unrated)
        left = self._among(node, related.without(unrated))
        return Truth(among.yes & left.yes, among.no & left.no)

    def _among(self, node: nodes.LevelsNode, related: Ranks, none_of_these: Mask | None = None) -> Truth:
        """The levels of these subjects; some are at no level at all."""
        rank = related.rank
        holds = ((rank == node.rank) if node.exactly else (rank <= node.rank)) & (rank >= 0)
        fails = (rank >= 0) & ~holds
        unknown = rank < 0
        if none_of_these is not None:
            fails, unknown = fails | none_of_these, unknown & ~none_of_these
        if related.offsets is None:
            one = Truth(holds, fails)
            if node.quantifier != "share":
                return one
            return self._share_of_levels(node, holds.astype(np.int64), unknown.astype(np.int64), rank > NOT_GIVEN)
        offsets = related.offsets
        none = offsets[1:] == offsets[:-1]
        if node.quantifier == "share":
            sure = segment_sum(holds.astype(np.int64), offsets)
            unsure = segment_sum(unknown.astype(np.int64), offsets)
            return self._share_of_levels(node, sure, unsure, none=none, total=np.diff(offsets), given=related.given)
        some_yes, some_open, some_no = (segment_any(mask, offsets) for mask in (holds, unknown, fails))
        if node.quantifier == "all":
            result = Truth(~some_no & ~some_open & ~none, some_no)
        else:
            result = Truth(some_yes, ~some_yes & ~some_open & ~none)
        return either_none(result, none if related.given is None else none & related.given, node.when_none)

    def _share_of_levels(
        self,
        node: nodes.LevelsNode,
        sure: Ints,
        unsure: Ints,
        filled: Mask | None = None,
        *,
        none: Mask | None = None,
        total: Ints | None = None,
        given: Mask | None = None,
    ) -> Truth:
        """A share of related subjects, whatever those turn out to be that are not rated yet."""
        whole = filled.astype(np.int64) if filled is not None else total
        assert whole is not None
        some = whole > 0
        low = within_share(node.bounds, sure, whole, some)
        high = within_share(node.bounds, sure + unsure, whole, some)
        result = Truth(low.yes & high.yes, low.no & high.no & same_side(node.bounds, sure, sure + unsure, whole))
        if none is None:
            return result
        return either_none(result, none if given is None else none & given, node.when_none)

    def _discipline(self, node: nodes.DisciplineNode) -> Truth:
        records = self.columns.records
        if records is None:
            return FALSE if node.value else TRUE
        asked = np.isin(records.base.about, node.about) & np.isin(records.base.side, node.sides)
        if node.forms:
            asked &= np.isin(records.forms, node.forms)
        if node.earlier is not None:
            year, said = self.columns.period.year, records.act_year
            asked &= (((said > 0) & (said < year)) | (records.base.first < year)) == node.earlier
        state = self.dated()
        sure = segment_any(asked & (state == COUNTS), records.offsets)
        maybe = segment_any(asked & ((state == COUNTS) | (state == OPEN_YEAR)), records.offsets)
        result = Truth(False if node.open_forms else sure, maybe=maybe)
        return result if node.value else inverse(result)

    def _absence(self, node: nodes.AbsenceNode) -> Truth:
        days = self.absent(node.reasons)
        if node.of is None:
            result = TRUE
            for bound in node.bounds:
                if bound.value is None:
                    result = both(result, UNKNOWN)
                else:
                    result = both(result, known(compare(days, 1, bound.word, scaled_by(bound.value, 100)), True))
            return result
        whole, where = total(self.columns, (node.of,))
        nobody = days == 0  # no day is no share, of whatever it is taken
        return within_share(node.bounds, days, np.where(nobody, 1, whole), nobody | ((whole > 0) & where))

    def absent(self, reasons: Sequence[int]) -> Ints:
        """Hundredths of days away for these reasons, per row."""
        absences = self.columns.absences
        if absences is None:
            return np.zeros(self.rows, dtype=np.int64)
        counted = np.where(np.isin(absences.reason, reasons), absences.days, 0)
        return segment_sum(counted, absences.offsets)

    def _join(self, node: nodes.JoinNode) -> Truth:
        if node.need == "any":
            return self.any_of(node.children)
        if node.need == "all":
            return self.all_of(node.children)
        one, every = self.any_of(node.children), self.all_of(node.children)
        return Truth(one.yes & every.yes, one.no & every.no)
