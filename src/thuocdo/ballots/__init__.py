"""Ballots in a meeting: on paper in the room, and on phones by protocol LPK-1 (docs/ballots.md).

Both modes share `models`: `Ballot` (the frozen question, announced numbers, state by `rules.MACHINES`), `BallotLine`
(who is on the slip, who is left off it and why), `Elector` (who may vote, who is left out and why, who is present)
and `Teller`. Both end in `Minutes` and a `MinutesScan`; paper adds `CountEntry`. Actions: `prepare_ballot`,
`choose_people`, `freeze_ballot`, `cancel_ballot`, `attach_scan`, `confirm_scan`, `finish_ballot` for both; on paper
`call_roll`, `issue_slips`, `enter_count` (two blind, a third with a reason), `recount`. `texts` says what texts in
force say, `confidence.overview(on)` what they say of both confidence votes and where they differ, `people` whom a page
offers, `figures` what cannot be, `results` shares with their base and what each text says follows,
`about.votes_about(person, year)` and `about.facts_of(round subjects, year)` results as facts with the
SHA-256 of minutes and scan, `in_round` what a ballot asks the year's round and tells it. No row is a vote, and
whatever will hold votes has no time, no person and no key that grows with arrival.

Phones (phiếu kín): `lpk1.blind_rsa` is RFC 9474 (`blind`, `blind_sign`, `finalize`, `verify`), `lpk1.sealing` seals a
choice to the committee's key, `lpk1.shares` splits that key two of three, `lpk1.casts` makes a cast and says whether
one is `genuine`, `lpk1.board` freezes, fingerprints and publishes, `lpk1.counting` counts. `static/ballots` holds the
same in JavaScript for phones; `tool` the committee's page, one file that `lpk1.tool` builds; `lpk1.verifier` is a
program of its own, with arithmetic of its own.

On the server: `phones` (who may do what, what is shown; `TokenRequest`, `Cast`), `actions.phones`, `actions.tokens`
(the committee's steps; tokens), `messages` (what comes from the tool), `casting` (the casting host: `pool`, `host`,
`keeper`, `store`), `actions.closing` (the host closes by itself).
"""
