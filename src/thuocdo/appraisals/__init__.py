"""A person's sheet of a period, from filing to the confirmed result, its petition and its level.

`thuocdo.appraisals.actions` (re-exported in `actions/__init__.py`), all `(*, by, at, ...)`:

- `open_cycle(root_id, kind, year, number, submit_by, confirm_by, choices)` -> Cycle: officer of root; members,
  sheets, notices
- `admit_member(member_id, employment_id, reason)`: officer; a left-out person comes in, sheet made
- `save_draft(sheet_id, document)` -> Draft: owner or evaluator; not on the record
- `submit(sheet_id, version, document)` -> Submission: owner; drafting/returned -> submitted
- `withdraw(sheet_id, version)`: owner; submitted -> drafting, until opened
- `open_for_review(sheet_id)`: evaluator; submitted -> under_review
- `record_view(sheet_id)`: whoever may see it and is not the owner; event `sheet.viewed`
- `record_year_view(person_id, year)`: whoever may see that year and is not the owner; event `sheet.year_viewed` on
  every sheet of the year
- `record_what_if_view(cycle_id, sheets)`: officers and inspectors of the cycle's unit; event `sheet.what_if_viewed`
  on each sheet listed
- `return_for_revision(sheet_id, version, reason)`: evaluator; -> returned
- `confirm(sheet_id, version, judgement)` -> Confirmation: evaluator; under_review -> confirmed, notice
- `confirm_many(items=[(sheet_id, version)], comment)`: evaluator; submitted sheets without flags, judged as reported
- `extend(sheet_id, reason, until)`, `exempt(sheet_id, reason)`, `allow_stand_in(sheet_id, reason)`: officer; each
  with a Remark
- `stand_in(sheet_id, version, judgement)` -> Confirmation: evaluator, after `allow_stand_in`; entry without
  self-marks
- `replace_evaluator(sheet_id, reason)`: officer; when a head leaves in mid-month: the table is read again for today
- `close_cycle(cycle_id)` -> heads dict: officer; refuses while a sheet is unresolved; exports chain heads
- `petition(confirmation_id, text)` -> Petition: subject; clock: 7 working days from receipt (Điều 22)
- `uphold(petition_id, answer)`, `correct(petition_id, answer, judgement)`: head of the managing/using authority
  above; reasons; new Confirmation replaces

`confirm(seen=)` and `confirm_many(seals=)` take the digest of what the page (`seals.page_seal`) or row
(`table.row_seal`) showed and compare it under the lock; `changed.changes(judging)` is what differs from the filing
before. `web.access.now()` is the moment of the request's first byte (`kernel.receipt`, outermost middleware); a slow
body's wait stands in the event's data. `accounts.actions.note_refusal` counts refused attempts (by account, page,
day); `results.refusals` shows them to inspectors.

`appraisals.second`: where a `SecondOfficer` holds for the unit (nearest upwards), `close_cycle`, `publish_units` and
`start_publishing` confirm the `StepRequest` of another officer (`ask_second`, `withdraw_second`; constraint: two
people). `ask_second` tells those who can confirm; `appraisals.todo_second` has the line, and none for who asked.

`Member.rule_decided_by` and `rule_decision` freeze who bound the rule and why; `facts.recorded_decisions(member)`
hands that to the engine (contract workers: Điều 28 khoản 2).

A cycle of kind `year` (number 1) is for schemes that know a year: `appraisals.year_sources` prefills the sheet from
results of months and quarters and from tasks; the sources are frozen with the filing (`"sources"`), differences are
flags, `Explanation.sources` reads them again.

Self document: `{"marks": {slug: "4,5" as typed}, "strengths": str, "shortcomings": str, "unreported_ok": bool}`
(true: the person says that tasks not reported count as not done). Judgement document: `{"tasks": {task_code:
{"completed","quality_met","on_time","quality_errors","late","late_excused","note"}}, "marks": {...} (stand-in only),
"leadership_factors": {"unit_results","organising","solidarity"}, "factor_reasons": {...}, "decisions": {open_point:
{"reading","reason"}}, "comment": str}`. Submissions store canonical JSON: texts plus `"subject"`, one entry in the
case format (docs/case-format.md), from which the result is re-rated bit for bit.

Sheets of either shape go through one port, `appraisals.shapes` (`shape_of(member) -> Shape`: `self_text`, `preview`,
`start`, `judge`, `flags`, `label`, `groups`), with `points_shape` (NĐ 335) and `scheme_shape`. Under a scheme the
self document is `{"fields": {name: typed}, "strengths", "shortcomings"}` with the field names of
`rulesets.scheme_fields` (`marks.x`, `grades.x`, `tasks.done`, `absences.sick`, …), the judgement `{"fields",
"reasons": {name: text}, "decisions", "comment"}`: it starts from the owner's fields, each difference has a reason,
flags and records of discipline are the rater's alone. Submissions also store `fields` as canonical text.
`recorded_absences` proposes days from `records.Absence` and the dates of the post; what is not recorded stays empty.
Who evaluates under a scheme is the agency's choice (`cycles.scheme_rule.chosen_table`), said in
`Member.evaluator_cite`.

Cases of a period that hang on dates (`situation_rules.cases`, pure; `situations.situations_of`, no query where nobody
was away, came, left or moved): facts by the unit's calendar, what `procedure.situations` (NĐ 335) or a scheme's
limits say, and what stays open. `answer_situation(sheet_id, code, answer, reason, other)` (evaluator, until
confirmed) adds a `SituationAnswer`; it changes no figure.

Levels as places: `freeze_places(cycle_id, rounding, reason)` (officer; again until a level is decided),
`settle_places(places_id, share, share_source, raised_by, raised_reason)` (what the authority decided for one scope),
`propose_levels(wanted=[Wanted(sheet_id, number, version, level, reason)])` (evaluator, never above the rule's level;
all rows of `QuotaPlaces` concerned are locked in key order, lower levels first, so the last place is given once),
`decide_levels(wanted, quota_reason)` (head of `Member.rating_unit`; a `LevelDecision` is append-only and holds for
the result it was made on; once that is published no level is proposed or decided: `appraisals.published`, answered by
`decisions`). Pure rule: `places.places_for(rule, heads, chosen)`. Reads: `levels.level_table`, `deciding.deciding`,
`places_table.places_table`; `quota_check.kept_reason` asks who replaces a result of a closed period why, where
others' places are exceeded by it (`decided_ground`: who decides levels; a proposal is not asked, as it decides none);
`quota_check.quota_stops(cycle, units)` counts the results as they stand and is what `publish_units(quota_reason=)`
obeys: above the own unit's level (`unit_levels`, answered by `collectives`; also what
a head's sheet starts from, where a scheme has such a ceiling; NĐ 335 has it for the year's level, Điều 20 khoản 6, so
no month asks), undecided or over a hard quota refuses, a recommended or open one needs the reason.

`thuocdo.appraisals.queries`: `my_sheets(user)`, `own_sheet(user, sheet_id)`, `sheet_to_evaluate(user, sheet_id)`,
`sheet_to_view(user, sheet_id)`, `evaluation_table(user, cycle_id, at)`, `cycles_to_evaluate(user)`, `progress(user,
cycle_id, at)`, `preview(user, sheet_id, document) -> Outcome`, `preview_judgement(user, sheet_id, judgement) ->
Outcome`, `explanation(user, sheet_id, number=None) -> Explanation` ("Vì sao?"; `versions`, `replaced_by`),
`viewers(user, sheet_id)`, `year_draft(user, person_id, year)`, `petitions_to_answer(user)`, `todo(user, at) ->
list[Todo]`, `rate_document(confirmation) -> Outcome` (re-rating for verify).

Entries from paper (`appraisals.paper`): `enter_paper(sheet_id, version, document, tasks, paper)` files a sheet in its
owner's name (officer or `Role.Kind.ENTERER` of the unit; never the owner, never who evaluates); the filed document
carries `"paper"` (`paper.notes.note_of`), which the judged document keeps, so every page and paper marks it without a
query; `PaperEntry` (append-only) holds the ground, `Confirmation.entered_by` keeps whoever entered from judging by
constraint. `object_to_paper` gives the sheet back. `enter_judgement` confirms a filed sheet in the evaluator's name
from the paper they signed (officer only; never the person judged, who evaluates, or who entered the owner's part, by
constraint): the document carries `"judged_paper"`. `object_to_judgement` puts the sheet under review again while the
period is open; the entered result then holds nowhere (`in_force`) and stops the closing, only the evaluator confirms,
and the next result replaces the entered one.

Practice (`appraisals.practice`, `web.practice`): rows of an invented month made in memory for one request from what
the session keeps; `page.form_context(..., practised=)` rates them with the engine. No table, no action, no event;
`thuocdo work` sweeps ended sessions.
"""
