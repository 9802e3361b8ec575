"""Difficulties with a rule (vướng mắc), answered and published.

`thuocdo.difficulties` (vướng mắc; the state table in `rules.py`): actions `raise_difficulty(asked, text, proposal)`,
`withdraw`, `answer`, `merge(into_id)`, `send_up`, `take_back`, `reopen`, `publish(article, question, reading,
start)`, each `(difficulty_id, version, *, by, at)`; `queries.published_readings_of(rulebook_key)` for the reader,
`officer_list`, `handling`, `view`; `review.review(user, year, number, at)` with small counts withheld. A published
reading changes no figure; an overlay does.
"""
