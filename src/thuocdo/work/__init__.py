"""Tasks: given, reported, shared, handed over, with evidence and causes.

`thuocdo.work.closed`: `register(answer, condition)` lets a floor above say which months are closed for whom;
`appraisals.closed_months` registers that a confirmed or exempted sheet closes its months, so giving, changing,
withdrawing and importing tasks refuse.

`thuocdo.work`: `Task.objects.counted()` is the one condition for what enters a result (active and converted).
`steps.new_task(post, month, Wanted, Details, *, by, at, **fields)` makes a task inside another room's action.
`actions`: giving (`assign_many`: `again.to_give_again`, or one to several people),
`propose_/accept_/decline_task`, `hand_back_`, `give_over_`, `offer_to_take_over` (Điều 18),
`split_task` (exact shares), `add_/withdraw_evidence` (append-only rows, files by SHA-256 in `EVIDENCE_DIR`),
`claim_/decide_cause`, `ask_/answer_clarification`, `choose_conversion`. `seeing` says who may see and decide
(`register` for evaluators), `queries_evidence.task_to_see`/`beside_tasks`, `own_work.waiting` for the to-do list,
`volumes.plausibility` for figures beside a month.
"""
