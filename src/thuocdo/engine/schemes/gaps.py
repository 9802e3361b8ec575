"""Where no level's conditions are met: which levels the authority may choose from.

What is open there is a condition beside the score. A text that says which score a level begins at has said it: a level
whose least score is missed is none of the choices.
"""

import numpy as np

from thuocdo.engine.columns import Bytes, Mask
from thuocdo.engine.schemes.conditions import Evaluator
from thuocdo.engine.schemes.nodes import ScoreNode
from thuocdo.engine.schemes.truth import TRUE, Truth
from thuocdo.engine.schemes.wording import first_lower, row

MISSED = " Điểm chưa đạt điểm tối thiểu của mức đã chọn nên không áp dụng mức ấy: hãy chọn mức khác."


def reaches(evaluator: Evaluator, level: int) -> Truth:
    """Whether the score reaches the least that the level (by index) asks for; true where it asks for none."""
    asked = [evaluator.plan.nodes[number] for number in evaluator.plan.levels[level].when]
    bounds = [bound for node in asked if isinstance(node, ScoreNode) for bound in node.bounds]
    least = tuple(bound for bound in bounds if bound.word in ("at_least", "more_than"))
    return evaluator.score_within(ScoreNode(least, frozenset())) if least else TRUE


def choosable(evaluator: Evaluator, chosen: Bytes) -> Mask:
    """Rows for which a level was chosen (index, -1 for none) whose least score is not missed."""
    result = np.asarray(chosen >= 0)
    for level in range(len(evaluator.plan.codes)):
        missed = reaches(evaluator, level).no
        if missed is not False:
            result = result & ~((chosen == level) & missed)
    return result


def unmet(evaluator: Evaluator) -> str:
    """Of one subject: which conditions the best level misses whose least score is reached, to be said with the
    question; empty where no level that asks for a score has its score."""
    for place, rule in enumerate(evaluator.plan.levels):
        reached = reaches(evaluator, place)
        if rule.spec is not None and reached is not TRUE and row(reached.yes):
            tests = zip(rule.spec.when, rule.when, strict=True)
            failed = [first_lower(spec.label) for spec, number in tests if row(evaluator.truth(number).no)]
            return f" Điểm đạt mức “{rule.spec.label}”, còn chưa đạt: {'; '.join(failed)}."
    return ""
