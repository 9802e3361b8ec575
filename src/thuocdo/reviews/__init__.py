"""Reviews (kiểm điểm) in a year's round: reports, defects and what became of them.

`actions.keep_review(subject_id, typed, …)` keeps what is being written (off the record); `file_review(stage=…)` files a
report: `draft` is sent to those who will meet, `final` is the one completed after the meeting; each filed text is a new
row. `add_defect`, `drop_defect`: defects, of the year or of the year before. What a report consists of comes from the
round's pinned rulebook (`review_forms`, `review_heads` of its `procedure.toml`; `layouts.layouts_for`). Texts of a
person are shared by all procedures of that person in the round, unless marked as one procedure's own. Queries:
`desk`, `writing`, `reading`; `calling.to_call`; in `following` `meeting`, `prompted`, `remedies`.

`call_meeting` refuses what breaks a term of the rulebook (`meeting_rules.broken`, with its article); `hold_meeting`
takes the review steps of all its subjects through `rounds.gate` and freezes the minutes (`minutes`: printed, the signed
scan attached and compared by a second person); `withdraw_meeting` takes back what was written down by mistake.
`telling` writes the notices. `issue_prompt`, `follow_point`: a superior's prompt.
`name_duty`, `answer_duty`: who answers for a collective's defect. `plan_remedy`, `report_remedy`: until somebody else
has confirmed it as fixed. `remedied.facts_of(round, subjects)` gives rooms above the facts in the case format and the
questions that stay open; `remedied.remedied` the exact counts. `score_itself`, `recognise_score` (`scoring`): a Party
organisation's own scores and their recognition. Nothing here rates anybody: marks and level of a report
are the subject's own proposal.
"""
