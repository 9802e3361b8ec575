"""Plans by week and month; nothing here scores.

`thuocdo.plans` (weeks are named by their Monday and belong to the month of their Thursday; nothing here scores):
actions `add_items`, `change_item`, `drop_item`, `report_items`, `take_tasks`, `carry_over`, `answer_campaign` (owner,
until the month is closed), `save_recurring`, `end_recurring`, `apply_recurring(week)`,
`propose_recurring_tasks(month)` (each occurrence once), `grade_week(unit_id, week, grades)` (heads and deputies,
never the own week), `set_plan_setting`, `set_week_grading`, `begin_campaign`, `end_…` (officer or head),
`record_unit_view`, `record_person_view` (once a viewer, subject and period). Queries: `my_week`, `earlier_week`,
`month_of`, `month_beside(person, month)` (the sheet's reader was checked), `queries_units`: `unit_week`,
`units_to_read`, `missing(user, week)`, `unit_settings`; `queries_recurring`: `proposals_for_week|month`.
"""
