"""Secret ballots on phones, protocol LPK-1 (docs/ballots.md).

`thuocdo.ballots` (phiếu kín): knows no person and, so far, no database. `lpk1.blind_rsa` is RFC 9474 (`blind`,
`blind_sign`, `finalize`, `verify`), `lpk1.sealing` seals a choice to the committee's key, `lpk1.shares` splits that key
two of three, `lpk1.casts` makes a cast and says whether one is `genuine`, `lpk1.board` freezes, fingerprints and
publishes, `lpk1.counting` counts. `static/ballots` holds the same in JavaScript for phones; `tool` the committee's
page, one file that `lpk1.tool` builds; `lpk1.verifier` is a program of its own, with arithmetic of its own.
"""
