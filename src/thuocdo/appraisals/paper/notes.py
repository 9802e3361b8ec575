"""How an entry from paper is marked wherever the sheet appears: one sentence, from the stored document itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

OWN, JUDGED = "paper", "judged_paper"
"""Keys of a stored document: the paper its owner's part was entered from, and the one its judgement was."""


@dataclass(frozen=True)
class PaperNote:
    """What a stored document says about a paper. `scan` is the SHA-256 of the scan, empty where there is none;
    `judged`: the paper of whoever evaluates, not of the owner."""

    entered_by: str
    signed_on: date
    number: str
    scan: str
    judged: bool = False

    @property
    def words(self) -> str:
        """The whole note as a sentence."""
        number = f", số {self.number}" if self.number else ""
        scan = f"; bản chụp có mã SHA-256 {self.scan[:16]}…" if self.scan else ""
        what = "Phần nhận xét, xác nhận nhập thay" if self.judged else "Nhập thay"
        signed = f"{what} từ bản giấy đã ký ngày {self.signed_on:%d/%m/%Y}{number}"
        return f"{signed}; người nhập: {self.entered_by}{scan}."


def stored_note(entered_by: str, signed_on: date, number: str, scan: str) -> dict[str, str]:
    """The note as the document keeps it."""
    return {"entered_by": entered_by, "signed_on": signed_on.isoformat(), "number": number, "scan": scan}


def note_of(document: Mapping[str, Any] | None) -> PaperNote | None:
    """The note on the owner's part in a stored document, own or judged; None where the owner filed it."""
    return _note(document, OWN)


def judged_note_of(document: Mapping[str, Any] | None) -> PaperNote | None:
    """The note on the judgement in a stored document; None where whoever evaluates confirmed it in the product."""
    return _note(document, JUDGED)


def _note(document: Mapping[str, Any] | None, key: str) -> PaperNote | None:
    found = document.get(key) if document is not None else None
    if found is None:
        return None
    signed = date.fromisoformat(found["signed_on"])
    return PaperNote(found["entered_by"], signed, found["number"], found["scan"], key == JUDGED)
