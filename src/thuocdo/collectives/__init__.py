"""Units as subjects of a rating.

`thuocdo.collectives` (units as subjects; state table in `rules.MACHINE`): `open_round(authority_id, kind, year,
number, basis, submit_by, units, rules_chosen)` pins each sheet's rulebook with its hash and tells the heads; the unit
`name_writer`, `report_unit_task`, `ask_bonus`/`drop_bonus`, `submit_unit_sheet`, `withdraw_unit_sheet`; either side
`save_unit_draft` (not on the record; `drafts.working` says from where a reader goes on); the authority
`give_unit_task`, `open_unit_sheet`, `return_unit_sheet`, `judge_unit_task`, `rule_on_bonus`, `begin_hold`/`end_hold`,
`propose_unit_level`, `raise_quota`, `close_round` (refuses undecided units and an exceeded hard quota); its head
`decide_unit(level, reason, decisions, quota_reason)` (never the proposer, never somebody of the unit, lower units
first, no running hold; `standing.worsened` is what it leaves exceeded for others), `send_unit_proposal_back`,
`reconsider_unit`; in a closed round `ask_unit_reopening` by another, then the head's `agree_unit_reopening` or either's
`drop_unit_reopening` (`UnitReopening`: nothing opens before two wanted it), and the head's `close_unit_again` (the
result and its place stand on);
`record_unit_view` for every reader who does not write for the unit. `UnitSubmission` and `UnitResult` are append-only.
Documents: `sheets.read_self`, `sheets.read_authority`.
Queries: `desk`, `opening`, `table`, `sheet_to_view`, `explaining.why`; for other rooms, without access check,
`results_of(round)` and `levels_in_force`, which `appraisals.unit_levels` asks for the head's ceiling.
`decisions.actions.draft_unit_decision(round_id, reason)` makes the paper of a closed round, which is numbered,
issued, delivered and received like every other. Paths: `/tap-the/…`.
"""
