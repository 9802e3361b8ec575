"""Opinions from several sides.

`thuocdo.opinions` (ý kiến nhiều phía; no weight, nothing enters a score): `prepare_round(cycle_id, unit_id, …,
members, questions)`, `add_party` (who is asked within which field, drawn evenly), `drop_party`, `send_round`,
`answer_round(round_id, typed)`, `close_opinions`, `drop_round`. `asks.asked_of(members)` reads who is asked, secret
or named, from `opinions` of the pinned rulebooks' `procedure.toml`; without it the agency names its own text
(`Basis.AGENCY`).

About subjects of the year's round: `prepare_year_round(year_round_id, unit_id, …, subjects, shows_self)`, `add_bodies`,
`answer_for_body`, `confirm_paper`, `return_paper`, `record_look`; `sides.sides_of` says which sides its rulebook names,
`sides.omitted` which nobody stands for; the step `opinion` of its order is asked for before sending and told at closing
(`steps`). Above, `about_subject.facts_of(subjects)` gives what is published of closed rounds, by subject.

Queries: `desk`, `answering`, `organising.preparing`, `preparing_year`, `prepared`, `bodies.asked.asked_body`,
`about_subject`, `of_member(member_id)` for pages whose reader may see that sheet.

`rules.blocks` merges small parties, and the smallest large one where needed, so that nothing shown can be subtracted;
`apart` refuses, and at closing hides, what could be subtracted from another question or round of the last year,
whatever the wording, by somebody who knows exactly who answered: the same people twice are shown twice only where
nobody was silent either time (`earlier.asked_again` says so before sending; what was shown first stays);
`rules.agreeing` and `averaged` never say that all gave the same answer. What keeps a secret round secret:
`OpinionEnvelope` holds answers sealed under SECRET_KEY and
all of a round are rewritten under new random keys, in their order, in the transaction of every answer;
`OpinionReturn` has no time and goes at closing; answering leaves no event (both tables are in `UNRECORDED_TABLES`);
`Opinion` and `OpinionComment` are written at closing in one transaction in the order of random keys, without author
(a constraint), and not at all for hidden groups. Pages of a closed secret round show what came back for the round as
a whole only: by person (`OpinionTally`) it would name who did not answer, which a database reader can see. A database
reader without the key learns who has answered while the round is open, never what. With the key **and** two states of
the database between which one person answered (live reads, backups, WAL, SQLite's journal and free pages) the answers
can be linked, as can whoever changes the server or records its traffic; a proxy's log has the time and address of
each POST, `django_session` the last use in steps of five minutes. When the key is changed, open rounds refuse to
close until the old one is put back. Paths: `/y-kien/…`.
"""
