"""Bodies and answers of the JSON door, as they stand in its OpenAPI description."""

from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, WithJsonSchema

from thuocdo.inflow.payloads import MOST_ITEMS, TaskIn

_TASK = TaskIn.model_json_schema(ref_template="#/components/schemas/{model}")
_RESULT = _TASK.pop("$defs")["ResultIn"]
_TASK["properties"]["result"] = {"anyOf": [_RESULT, {"type": "null"}], "default": None}

ExternalId = Annotated[str, Field(min_length=1, max_length=200)]
RawTask = Annotated[Any, WithJsonSchema(_TASK)]
"""A task that is read item by item, so that one wrong item refuses only itself."""


class Batch(Schema):
    """At most 1000 tasks and withdrawals together."""

    model_config = ConfigDict(extra="forbid")

    tasks: list[RawTask] = Field(default_factory=list, max_length=MOST_ITEMS)
    withdrawn: list[ExternalId] = Field(default_factory=list, max_length=MOST_ITEMS)


class ItemOut(Schema):
    """What became of one item. `result` is one of the words listed in docs/api.md."""

    external_id: str
    result: str
    code: str
    message: str


class BatchOut(Schema):
    """One result for each item, in the order sent, and how many of each kind."""

    results: list[ItemOut]
    counts: dict[str, int]


class StateOut(Schema):
    """Where one item of the caller's own source stands."""

    external_id: str
    state: str
    state_text: str
    code: str
    message: str
    task: str
    received_at: str
    applied_at: str


class Problem(Schema):
    """Why a call was not carried out: a stable code and a Vietnamese sentence."""

    code: str
    message: str
