"""The levels that a subject of a round may be given."""

from thuocdo.rounds.books import rules_of
from thuocdo.rounds.models import Round, RoundSubject


def levels_for(round_: Round, one: RoundSubject) -> dict[str, str]:
    """The levels that the rulebook has for such a subject, by code; none where the text read has none."""
    schemes = rules_of(round_).book.schemes
    fitting = (s for s in schemes if one.kind in s.subject_kinds and one.role in s.roles and "year" in s.periods)
    return {level.code: level.label for scheme in fitting for level in scheme.levels}
