"""No file that is sent is read whole before its length is known."""

import ast
import io

from django.core.files.uploadedfile import InMemoryUploadedFile

from tests.house.sources import calls, imports, modules
from thuocdo.web.uploads import content_of

READING = {"read", "readlines", "chunks"}


def test_what_is_sent_is_read_by_one_helper_that_stops() -> None:
    doors = {name: tree for name, tree in modules().items() if name.startswith(("thuocdo.web.", "thuocdo.api."))}
    wide = [
        name
        for name, tree in doors.items()
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr in READING and not call.args
    ]
    assert wide == []
    takers = {
        name: tree
        for name, tree in doors.items()
        if any(isinstance(node, ast.Attribute) and node.attr == "FILES" for node in ast.walk(tree))
    }
    assert len(takers) >= 5
    assert [name for name, tree in takers.items() if "thuocdo.web.uploads" not in imports(tree)] == []


def test_a_file_is_read_to_one_byte_beyond_its_limit() -> None:
    sent = InMemoryUploadedFile(io.BytesIO(b"x" * 50), "file", "a.csv", "text/csv", 50, None)
    assert len(content_of(sent, most=10)) == 11
    sent.seek(0)
    assert len(content_of(sent)) == 50
