"""Party facts (dữ kiện về Đảng), only as far as a year's round asks for them, all dated.

`PartyOrganisation` stands beside a unit, which decides who may see and enter it; `PartyLink` is its tree. A person is a
member of one cell at a time (`PartyMembership`, with the day of admission), may sit on committees (`CommitteeSeat`) and
may be in a standing that a rule asks for (`PartyStanding`). All come in and go out as XLSX (`imports`,
`imports_people`); a standing alone is also written one at a time (`actions`: `record_standing`, `end_standing`,
`withdraw_standing` for what was written by mistake: the row stays, with who withdrew it and why). What the papers of an
organisation say at their head is written on its page (`write_letterhead`) and read by `letterheads.letterhead_of`.
"""
