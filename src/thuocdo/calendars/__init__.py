"""Working days of a unit, with Tết and compensatory days.

`thuocdo.calendars` (below `organisation`, which registers `tree.Tree`): `queries.is_workday(unit_id, day)`,
`add_workdays(unit_id, from, n) -> kernel.workdays.Count` (`.due`, `.words()` names what was passed over; raises
`NoWorkday` where a calendar has no day to work),
`workdays_for(unit_id, years)`; actions `set_day`, `remove_day`, `confirm_year` (from then stored days alone count).
"""
