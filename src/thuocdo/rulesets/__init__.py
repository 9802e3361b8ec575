"""Which rule binds whom on a day: the law, what the agency chose, its own regulation, kept versions.

`thuocdo.rulesets.queries`: `rule_for(unit, kind, on, period) -> RuleChoice`, of the nearest ancestor (rulebook key +
overlays + hash, or the Vietnamese sentence saying which rule is missing or not chosen, from `engine.select_rulebook`);
`rules_for` for many, `every_rule` for all kinds of period. A unit binds one rulebook for each kind of people and each
kind of period (`periods`: months and quarters, or years), as the rulebook's schemes say (`catalogue.sheet_spans`):
`actions.bind(..., periods="")` ends what held for the same kinds of period and lets the rest go on.

`thuocdo.rulesets.versions`: `keep(pins, at)` stores the files of what a period pins (a step of `open_cycle` and
`admit_member`; append-only `RulebookVersion`); whoever rates, explains or replaces asks `pinned_book(key, overlays,
hash)`: installed while the hash agrees, else the kept files through the loader, hash checked.
`appraisals.actions.move_to_version(cycle_id, before, after, reason)` moves an open period (`RulebookMove`; confirmed
results rated again by `appraisals.rerating`); `verify(checks=)` reads every version and pin.
`thuocdo.appraisals.what_if`: `pinned_books(user, cycle_id, at)`, `what_if(cycle, pinned, changes)` over the frozen
facts.

A unit's own regulation (quy chế; steps in `rulesets.rules.REGULATION`): `rulesets.actions.begin_regulation`, `save_`,
`withdraw_`, `return_`, `drop_regulation`, and `cycles.actions.propose_regulation`, `approve_regulation` (they know
which months are free), each with the `revision` that was looked at. `drafting.read_draft` makes the fields from what
the parent leaves open and lets the engine judge the overlay; an approved one is a `RegulationText` (append-only, two
people by constraint) under a key `quy-che-don-vi/…` that holds its digest, and binds the unit.
`rulesets.stored.given(overlays)` is the one place where such keys (and `ban-soan/…`, drafts to try) become
`engine.source.OverlaySource`. `documents.regulation` prints the draft as DOCX.
"""
