"""What the record leaves out: the list of docs/audit.md is the list of the code."""

import re

from django.apps import apps

from tests.house.sources import ROOT
from thuocdo.audit.digests import NOT_RECORDED
from thuocdo.audit.tables import CHAIN_TABLES, UNRECORDED_TABLES

_TEXT = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8").partition("## Not on the record")[2]


def test_the_tables_named_as_not_on_the_record_are_those_of_the_code_with_its_reasons() -> None:
    named = dict(re.findall(r"^\| `([a-z.]+)` \| (.+) \|$", _TEXT, re.MULTILINE))
    assert named == UNRECORDED_TABLES


def test_every_table_outside_the_record_exists_and_is_named() -> None:
    labels = {model._meta.label_lower for model in apps.get_models()}
    others = {m._meta.label_lower for m in apps.get_models() if not m.__module__.startswith("thuocdo.")}
    named = set(re.findall(r"`([a-z]+\.[a-z]+)`", _TEXT))
    assert {*CHAIN_TABLES, *UNRECORDED_TABLES} <= labels
    assert {*others, *CHAIN_TABLES} <= named
    for label, columns in NOT_RECORDED.items():
        assert label in named
        assert all(f"`{column}`" in _TEXT for column in columns)
