"""What follows from months: roll-ups, hand-overs, follow-ups, inspection.

`thuocdo.results` (what follows from months; nothing here decides a level): `freeze_rollup` (one person, with the
authority's readings where the law is open), `freeze_rollups` (many, nothing open), `record_results_view`,
`record_bundle`, `record_period_file`. A `Rollup` is append-only: the included parts with their exact scores, those
left out and why, the rule's hash; `rules.stale` says in words what was corrected since. `gathering.gather(people,
period)` reads the parts of many people in a constant number of queries, `rating.mean_of` asks the engine. Queries:
`own_results`, `one_period`, `unit_table`; `branch.branch` (a leader's month and twelve months; `withheld` keeps
groups under five from being worked out), `inspection.inspect`, `period_file`; `person_file.person_file`.
`documents.bundle.write_bundle(user, person_id, year, at, out)` writes the electronic file of a year piece by piece;
`thuocdo verify-bundle` checks it alone. `file_year_paper` (officer in charge, never one's own) files a PDF with the
year; a new version replaces the old with a reason (`papers.queries.year_papers`, `year_paper_file`, `filed_with`).
Paths: `/ket-qua/…`, `/lanh-dao/`, `/kiem-tra/…`. Who moved to another
agency: `send_results(person_id, from_id, to_id, year, note)` (officer of the old agency: results in force of closed
periods, roll-ups of just these, what rooms above `handing.register`), `receive_results(handover_id)` (head or officer
of the new one, never the sender), `return_results`, `withdraw_results`. `gather` counts a part of another agency only
where the agency of the latest membership has received it; `access.reached`, `appraisals.years` and
`appraisals.access.register_sent` let the new agency read only then. The keeper of an ended unit
(`organisation.successors`) needs nothing sent. Reads: `handing.desk`, `handing.shown`.

Following results up (`FollowUpRule`: the agency's own, dated, none shipped; `FollowUp`: state machine in the
actions): `set_follow_up_rule`, `end_follow_up_rule`, `propose_follow_up(person_id, kind, rule_id, results, reason)`
on published results only, `decide_follow_up` and `undo_follow_up` (head of the rating unit, until made known),
`withdraw_follow_up`, `publish_follow_up`. Reads: `following.desk`, `shown`. Transfers to the national database, of
results under rulebooks with that duty (`syncing.duties`): `mark_synced(chosen, done_on, reference)` adds `SyncMark`s
that cover what is confirmed by then; `syncing.uncovered`, `syncing.desk`. Nothing is transferred by the product.
"""
