"""How an entry from paper is marked wherever the sheet appears: one sentence, from the filed document itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

MARK = "nhập thay từ bản giấy"


@dataclass(frozen=True)
class PaperNote:
    """What a filed document says about its paper. `scan` is the SHA-256 of the scan, empty where there is none."""

    entered_by: str
    signed_on: date
    number: str
    scan: str

    @property
    def words(self) -> str:
        """The whole note as a sentence."""
        number = f", số {self.number}" if self.number else ""
        scan = f"; bản chụp có mã SHA-256 {self.scan[:16]}…" if self.scan else ""
        signed = f"Nhập thay từ bản giấy đã ký ngày {self.signed_on:%d/%m/%Y}{number}"
        return f"{signed}; người nhập: {self.entered_by}{scan}."


def stored_note(entered_by: str, signed_on: date, number: str, scan: str) -> dict[str, str]:
    """The note as the document keeps it."""
    return {"entered_by": entered_by, "signed_on": signed_on.isoformat(), "number": number, "scan": scan}


def note_of(document: Mapping[str, Any] | None) -> PaperNote | None:
    """The note in a stored document, own or judged; None where the owner filed it."""
    found = document.get("paper") if document is not None else None
    if found is None:
        return None
    return PaperNote(found["entered_by"], date.fromisoformat(found["signed_on"]), found["number"], found["scan"])
