"""Twelve months of one ward and of one city department, played through the product's own actions.

`people` says who there is, `founding` writes what is there before January, `roster` keeps in plain words who serves
where and who evaluates whom, `ledger` keeps what was typed and lets `tests.oracle` work out what must come of it,
`routine` plays a month, `acts` the five acts that are not routine, `year` the order of it all, `checks` compares.
"""
