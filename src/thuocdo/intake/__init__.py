"""Lists that come in from Excel and go out again.

`thuocdo.intake` (docs/handbook/excel.md): a `Spec` is one list that goes out and comes back (`scope`, `plan`,
`write`, `export`, `keys`, `monthly`, `personal`, `similar`), a `Listing` only goes out; rooms register them.
`export_list` writes a hidden mark per row (digests of key and texts); `comparing.compare` settles unchanged and
conflicting rows, the rest is planned; `preview_import` (XLSX, CSV), `preview_block` (pasted), `confirm_conversion`,
`apply_import(batch_id, skip)`, `drop_import`; `preview_undo` takes an applied one back by a new batch (`undoing`, kinds
with `Spec.undo`; `rewinding`, lists of steps and decisions with `Spec.rewind`). `decoding.open_file` converts TCVN3/VNI
by font (`fonts`) or by words (`kernel.legacy.guess`): state `converted` until confirmed, never stored raw.
A `Filtering` lets a list out as its page shows it filtered (`asked`): the rows of a narrowed scope, under a title that
says the filter; such a file comes back as any other and the rows it does not have stay.
`/bang/<kind>/<scope>/` are the pages of `personal` kinds (`progress`: yyyy-mm; `judgements`, and `marks` for sheets
under schemes: id of the period); a `Listing` that is not `office` goes out under the same path. `matching` pairs rows
with what they list; tests/house/test_exports.py holds the inventory of all lists; `only_out` says why a `Listing` does
not come back.

`handling` leaves files above `settings.IMPORT_IN_REQUEST` to the worker: `receive_import` keeps the file in a
`LargeImport`, `working.import_once` reads it before the transaction of `read_received` begins, `ask_to_apply` and
`write_asked` write it; each step is one transaction and is done once, whoever is killed.
"""
