"""What an officer can choose for a source, as (value, words)."""

from thuocdo.inflow.models import Source, SourceItem

KINDS = Source.Kind.choices
MONTH_RULES = Source.MonthRule.choices
COMPLETIONS = Source.Completion.choices
STATES = SourceItem.State.choices
