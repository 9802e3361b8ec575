"""What is sent as a file, read no further than it may be long."""

from django.core.files.uploadedfile import UploadedFile

from thuocdo.intake.archive import MOST_BYTES


def content_of(file: "UploadedFile[bytes]", most: int = MOST_BYTES) -> bytes:
    """The content, to one byte beyond `most`: a larger file is refused by its length without being held in memory."""
    return bytes(file.read(most + 1))
