"""The catalogue of products with their coefficients.

`thuocdo.catalogues` (danh mục sản phẩm, công việc; NĐ 335 Điều 13; state tables and exact derivations in `rules.py`):
an `Inventory` of a unit (prefilled from twelve months of tasks) and `Proposal`s feed the agency's one `Catalogue` in
preparation; `submit_catalogue` settles every coefficient (never rounding without the agency's decision),
`approve_catalogue(decision_number, decided_on, start)` by somebody else ends and begins `work.Product` rows at
`start` (equal ones go on). `access.reach(user, on)` says who reads, drafts, merges, approves;
`queries.origins(product_ids, on)` gives a coefficient's derivation to other pages, `in_force`, `compare`, `waiting`
(to-do). `imports.DRAFT` is the intake's kind `catalogue`: the file is the whole draft, absent rows are `ENDED`
effects with row 0 (`Plan.removed` puts deleted rows on the record). Only `approve_catalogue` writes products.
"""
