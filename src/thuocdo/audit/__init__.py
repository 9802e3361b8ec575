"""The record: one event per action, append-only tables, and what proves them (docs/audit.md).

`thuocdo.audit`: `verify.verify(heads=None, *, rerate=()) -> Report`, `heads.export(at=, cycle="") -> dict`,
`presenters.sentence(event) -> str`.
"""
