"""Publication, papers, receipts, reopening.

`thuocdo.decisions`: `publish_units(cycle_id, unit_ids, quota_reason, by, at) -> Published` (closed cycles only,
set-based, needs a `PublicationForm`; a unit is the one whose head evaluates; what came since its last publication makes
a supplementary one; `published.published(rows)` is the one meaning of published, `keeping` keeps counts of the rest),
`receive_result`, `file_results`; papers `draft_decision`, `draft_supplement`, `save_decision`, `issue_decision`,
`draft_replacement`, `drop_decision` (content frozen at drafting, numbers typed, a `DecisionLine` per result refuses
the own signature); `deliver`, `receive_decision`;
`propose_reopening`, `agree_reopening`, `replace_result`, `drop_reopening`; `pass_on` (recusal);
`set_publication_form`, `set_petition_route` (registered with `appraisals.authority`). Queries: `desk`, `office`,
`unit_papers`, `paper`, `published_list`, `my_results`, `choices`, `waiting`; `replacing.replacing`.
`appraisals.clocks`: `clock_of`, `petition_way`. `documents.decisions.decision_paper`, `render.decision_pdf`,
`decisions_word.decision_docx`. Paths: `/quyet-dinh/…`, `/to-chuc/lich/…`.
"""
