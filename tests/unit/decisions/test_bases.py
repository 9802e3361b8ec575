"""What a decision is based on: the rulebook and the unit's own regulation, with its number."""

from dataclasses import replace

from thuocdo.decisions.contents import bases_of
from thuocdo.engine.loader import load_book


def test_the_own_regulation_stands_beside_the_decree_with_its_number() -> None:
    plain = load_book("state/nd-335-2025", ())
    assert bases_of([plain, plain]) == [plain.title]
    book = load_book("state/nd-335-2025", ("overlays/vi-du-phuong",))
    own = book.overlay_instruments[0]
    assert bases_of([book]) == [book.title, f"{own.title} số …………"], "the office writes in what nobody recorded"
    numbered = replace(book, overlay_instruments=(own.model_copy(update={"number": "12/QĐ-UBND"}),))
    assert bases_of([numbered, plain]) == [book.title, f"{own.title} số 12/QĐ-UBND"]
    named = own.model_copy(update={"number": "12/QĐ-UBND", "title": "Quyết định 12/QĐ-UBND"})
    assert bases_of([replace(book, overlay_instruments=(named,))])[1] == "Quyết định 12/QĐ-UBND"
