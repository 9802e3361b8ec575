"""Reads case files and single subjects exactly, and writes the one canonical form of them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from thuocdo.engine.errors import CaseError, Fault, together
from thuocdo.engine.facts import Case, SubjectFacts, plain
from thuocdo.engine.incoming import contradictions
from thuocdo.engine.messages import errors_of, key_of, problem_of, remedy_of
from thuocdo.engine.syntax import in_vietnamese

MAX_BYTES = 32 * 1024 * 1024
Model = TypeVar("Model", bound=BaseModel)


def parse_case(source: Path | str | bytes, *, name: str = "") -> Case:
    """A case from a path (TOML or JSON) or from bytes; raises `CaseError`.

    >>> raw = b'title="t"\\n[period]\\nkind="year"\\nyear=2026\\n[[subjects]]\\nid="A"\\nkind="cadre"'
    >>> parse_case(raw).subjects[0].kind
    'cadre'
    """
    if isinstance(source, bytes):
        shown, raw = name or "dữ liệu", source
    else:
        path = Path(source)
        shown = name or str(source)
        raw = _read(path, shown)
    if len(raw) > MAX_BYTES:
        raise CaseError(
            file=shown, key="", problem=f"tệp lớn hơn {MAX_BYTES // 2**20} MB", remedy="Chia nhỏ tệp."
        )
    case = _validate(Case, _decode(raw, shown), shown)
    _check_incoming(case.subjects, shown)
    return case


def decoded(source: Path | str) -> dict[str, Any]:
    """What a file says before it is checked; raises `CaseError` where it cannot be read."""
    return _decode(_read(Path(source), str(source)), str(source))


def _read(path: Path, shown: str) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CaseError(
                file=shown, key="", problem=f"tệp lớn hơn {MAX_BYTES // 2**20} MB", remedy="Chia nhỏ tệp."
            )
        return path.read_bytes()
    except OSError as error:
        reason = "không có tệp này" if isinstance(error, FileNotFoundError) else "không mở được tệp"
        raise CaseError(
            file=shown, key="", problem=reason, remedy="Kiểm tra đường dẫn và quyền đọc."
        ) from None


def _decode(raw: bytes, shown: str) -> dict[str, Any]:
    # Fractions of numbers stay text here; each field reads its own text exactly and names itself in errors.
    try:
        text = raw.decode("utf-8-sig")
        if text.lstrip()[:1] == "{":
            found: dict[str, Any] = json.loads(
                text, parse_float=str, parse_constant=str, object_pairs_hook=_no_twice
            )
            return found
        return tomllib.loads(text, parse_float=str)
    except UnicodeDecodeError:
        problem = "không phải tệp văn bản UTF-8"
    except RecursionError:
        problem = "lồng nhau quá sâu"
    except ValueError as error:
        problem = f"sai cú pháp TOML hoặc JSON: {in_vietnamese(str(error)[:200])}"
    raise CaseError(file=shown, key="", problem=problem, remedy="Xem mẫu trong docs/case-format.md.")


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"khóa “{key}” ghi hai lần")
        found[key] = value
    return found


def parse_subject(data: Mapping[str, Any]) -> SubjectFacts:
    """One `subjects` entry from plain values (for example the stored JSON); raises `CaseError`.

    >>> parse_subject({"id": "CC1", "kind": "civil_servant", "marks": {"discipline": "4.5"}}).marks
    {'discipline': Decimal('4.5')}
    """
    subject = parse_frozen(data)
    _check_incoming((subject,), "")
    return subject


def parse_frozen(data: Mapping[str, Any]) -> SubjectFacts:
    """One subject of a stored document, as it was taken then; raises `CaseError` where the format does not hold."""
    return _validate(SubjectFacts, dict(data), "")


def _check_incoming(subjects: Sequence[SubjectFacts], shown: str) -> None:
    if found := [error for subject in subjects for error in contradictions(subject)]:
        first, *more = together(found).faults()
        raise CaseError(file=shown, key=first.key, problem=first.problem, remedy=first.remedy, more=tuple(more))


def _validate(model: type[Model], data: Any, shown: str) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first, *more = (Fault(key_of(e, data), problem_of(e), remedy_of(e)) for e in errors_of(error))
        raise CaseError(
            file=shown, key=first.key, problem=first.problem, remedy=first.remedy, more=tuple(more)
        ) from None


def canonical_json(value: BaseModel | Mapping[str, Any]) -> str:
    """The one JSON text of a document: keys sorted, exact numbers as text, absent keys left out.

    >>> canonical_json(parse_subject({"id": "A", "kind": "cadre", "marks": {"discipline": "4.50"}}))
    '{"decisions":{},"id":"A","kind":"cadre","leadership":"none","leadership_factors":{},"marks":{"discipline":"4.5"}}'
    """
    return _encode(plain(value))


_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
