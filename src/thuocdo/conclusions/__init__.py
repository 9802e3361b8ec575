"""Deciding (kết luận): self-rating, verification with a proposal, decision by the competent authority, re-rating.

An `Assessment` is one subject of a round, or one person or body before an event, under a pinned rulebook. Its `parts`
are added and never changed: `own` (the subject, or an officer from paper), `verification` (the organisation body),
`decision`. Each holds its facts in the case format and the outcome, so that `thuocdo verify` rates it again bit for
bit. What other rooms have comes from `delivering` (levels of related subjects, remedied defects, votes, opinions, the
report's marks) and is not typed. `Competence` says which body decides for whom (dated). A rating step asks
`rounds.gate` and tells it in the decision's own action. `verify_many` and `decide_many` take a list in one write
(`many`: why one cannot go with the others; `together`: their pages); what they store of an outcome is brief, its
findings are made again. `take_year_levels` tells levels of the month side to the round (`year_taking`: which).
`raise_line`: the higher share of those who are counted together (`places.key_of`), by a document of the competent
body. What is decided is rated again by order after the round has ended too (`access.written`); results that rest on a
level that was replaced or taken back are put up (`reconsidering`).
"""
