"""Units, people, posts, duties, reorganisations; the to-do list; search; whom to call.

`thuocdo.organisation.queries`: `person_of(user)`, `agency_of(unit, on)`, `head_of(unit, on)`, `ancestors(unit, on)`,
`descendants(unit, on) -> set[int]`, `permissions(user, on) -> frozenset[Permission]`
(`thuocdo.accounts.permissions`), `units_where(user, role, on) -> set[int]` (role units and everything below).

`thuocdo.organisation.duties`: `ActingHead`, `DeputyField`, `Delegation` are dated facts; `queries.head_ids(unit, on)`
and `headed_exactly` know acting heads, `duties.queries.mandates(user, on)` delegations (only while the giver heads
the unit), `subordinates_in_field(deputy, on)`; `appraisals.capacity` turns them into who may act on a sheet and in
whose name (`record(on_behalf_of=)`). `organisation.changes`: a reorganisation is worked out by `planning.outline`
(pure), written by one action through a `Ledger`, taken back by `take_back`; rooms above register `followers`
(bindings, tasks, sheets) and `clashes` (merging codes). `clashes.identities(person_id)`: all codes of one human.
`actions.hire` writes a person with the first post, `open_unit` a unit with its links, `correct_unit_name` mends a
spelling (a change of name by decision is a reorganisation of one line). `organisation.todo` puts draft plans and
waiting merges on the to-do list; `web.structure.forms` keeps several forms of one page apart after a refusal.

`thuocdo.organisation.waiting`: the one to-do list. A room registers a `Source(kinds, rows, lines)` from its app's
`ready` (its module `todo.py`): `rows(asking)` gives querysets made by `waiting.rows(...)` (kind, key, also, number,
text, day, moment), read as ONE union for all rooms; `lines(asking, rows)` makes `Todo`s of its own kinds.
`asking.units("officer", "headed", "led", "giver", "assign", "delegate")` is where the user stands, one query for all
rooms (`organisation.reach`; `reach.register` adds labels). `todo(user, at)` costs at most five queries (more only for
who evaluates by delegation) and is what the page, the notices (`told.told`: done or not) and messages
(`letters.post_once`, the worker) read. A new kind belongs under a heading of `web/home`; else it stands under “Việc
khác”. `thuocdo.notices`: `notify` in the product; `Mailbox` (address confirmed by a one-time link made from a nonce
and the key), `Letter` (at most one a day, written by the worker in `outbox`), `set_address`, `confirm_address`,
`choose_letters`. `appraisals.history.own_history(user)`: all own periods with their trend.

`thuocdo.organisation.finding`: search without diacritics (`/tim/`, the box of every page). `SearchEntry` holds the
folded words of a row (`kernel.text.search_words`), off the record and kept by one step of `record(...)`
(`audit.recording.after_each`): what is not recorded is not found, so no action can forget it. A room registers
`index.register(model, texts)` and a `queries.Section(key, title, place, scopes, find)`; the kind's index and its rows
from before are made by a migration (`filling.index_of`, `filling.steps`). `comparing.check_words` is a check of
`verify`, `comparing.mend` makes wrong words good (`thuocdo search-words`). `queries.find(user, typed, on, only=)` asks
once for what has the words (PostgreSQL: a GIN index per kind, no extension; SQLite reads the column), once more
within `scopes` where the words are common, then each section gives only what the user may open.
`organisation.leaving.close_accounts` (the worker) closes accounts of those who left.

Help: `organisation.contacts`: `Contact` is a dated fact of a unit (actions `set_contact`, `end_contact`),
`contact_for(unit_id, on)` gives that of the nearest unit upwards; `arrival(user, on)` is what every page asks of its
user (one query: permissions, post, unread notices, contact). `web.handbook` renders docs/handbook inside the product
(`markup`: the part of Markdown it uses, escaped first; `static/web/handbook` is a link to the folder, so pictures are
served like other files); `places.ABOUT` names the section of each page and the frame shows it: a new page needs its
row (`tests/integration/web/test_handbook.py`).
"""
