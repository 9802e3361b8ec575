"""Reviews (kiểm điểm) in a year's round: reports, defects and what became of them.

`actions.keep_review(subject_id, typed, …)` keeps what is being written (off the record); `file_review(stage=…)` files a
report: `draft` is sent to those who will meet, `final` is the one completed after the meeting; each filed text is a new
row. `add_defect`, `drop_defect`: defects, of the year or of the year before. What a report consists of comes from the
round's pinned rulebook (`review_forms`, `review_heads` of its `procedure.toml`; `layouts.layouts_for`). Texts of a
person are shared by all procedures of that person in the round, unless marked as one procedure's own. Queries: `desk`,
`writing`, `reading`. Nothing here rates anybody: marks and level of a report are the subject's own proposal.
"""
