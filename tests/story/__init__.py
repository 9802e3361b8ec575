"""Twelve months of one ward and of one city department, played through the product's own actions.

`people` says who there is, `founding` writes what is there before January, `roster` keeps in plain words who serves
where and who evaluates whom, `ledger` keeps what was typed and lets `tests.oracle` work out what must come of it,
`routine` plays a month, `centre` that of a service unit under
other rules, `acts` the five acts that are not routine, `year` the order of it all, `checks` compares.

`tests/story` plays 2026 for one ward and one department: `roster` (a second reading of Điều 10) and `ledger` (what
was typed, rated by `tests/oracle.py`) know nothing of the engine; `routine` and `office` act, `acts` are the five
that are not routine, `year` is the order, `checks` compare after every month and at the end.
`tests/journeys/year_acts.py` overrides `acts` with pages; the clock of the server is `django.utils.timezone.now`,
which the journey replaces.
"""
