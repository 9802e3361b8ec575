"""Every write is an action: keyword-only, with who and when, leaving one event."""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator

import pytest

from tests.house.sources import calls, in_actions, modules
from thuocdo.audit.presenters import SENTENCES

NOT_ON_THE_RECORD = {
    "thuocdo.notices.actions.notify": "a step of the action that it tells about",
    "thuocdo.notices.actions.mark_read": "a read mark is the reader's own",
}
STEPS = {
    "thuocdo.conclusions.reconsidering.actions.begin": "of the action that decides again",
    "thuocdo.conclusions.reconsidering.actions.begin_taken_back": "of the actions that take steps back",
    "thuocdo.rulesets.actions.binding.write_binding": "shared by binding and by approving a regulation",
    "thuocdo.rulesets.actions.regulations.write_approval": "of the action in cycles, which knows the open periods",
    "thuocdo.rulesets.actions.regulations.write_proposal": "of the action in cycles, which knows the open periods",
    "thuocdo.accounts.actions.switch_active": "shared by the actions on accounts of two rooms",
    "thuocdo.inflow.actions.files.applied": "shared by the request and the worker, which write a file of a source",
    "thuocdo.plans.actions.steps.made": "writes the new rows of a week for adding, carrying over, taking and applying",
    "thuocdo.appraisals.actions.second.confirm_request": "shared by closing, publishing and the run that publishes",
    "thuocdo.appraisals.actions.confirming.write_result": "shared by confirming and by correcting",
}
"""Public functions of action modules that are steps of several actions; each runs inside one."""

HELPERS = {
    "thuocdo.accounts.links": "makes one-time links for the actions on accounts",
    "thuocdo.appraisals.locking": "moves a locked sheet for the actions on sheets",
    "thuocdo.appraisals.stored": "stores a submitted document for the actions on sheets",
    "thuocdo.audit.recording": "writes the log itself",
    "thuocdo.appraisals.imports_judged": "writes drafts of the rows that the intake's action applies",
    "thuocdo.ballots.casting.batches": "writes casts, which are on no record, for the casting host and its action",
    "thuocdo.ballots.in_round": "binds the lines of a ballot to subjects of the round for the action that freezes it",
    "thuocdo.ballots.settling": "makes the minutes of a count for the actions on paper and on phones",
    "thuocdo.catalogues.imports": "writes the rows of an import that the intake's action applies",
    "thuocdo.catalogues.imports_inventory": "writes the rows of an import that the intake's action applies",
    "thuocdo.catalogues.steps": "makes and moves proposals and takes lines out for the actions on catalogues",
    "thuocdo.appraisals.counts.keeping": "keeps the counts of what an action recorded, and fills them in the migration",
    "thuocdo.decisions.keeping": "keeps the counts of what is not published, of what an action recorded",
    "thuocdo.appraisals.proposing": "stores the proposed results of a batch for the run that rates",
    "thuocdo.conclusions.competence_steps": "points assessments to the body that holds now, for actions and the list",
    "thuocdo.conclusions.imports_competences": "writes the rows of an import that the intake's action applies",
    "thuocdo.conclusions.locking": "begins, moves and adds parts to a locked assessment for the actions",
    "thuocdo.collectives.imports": "writes the rows of an import that the intake's action applies",
    "thuocdo.collectives.locking": "moves a locked sheet and files its parts for the actions on units",
    "thuocdo.cycles.runs": "moves a run on inside the action of its batch",
    "thuocdo.cycles.opening": "freezes the head-count for the action that opens a cycle",
    "thuocdo.demo.setup": "sets the demonstration up, with actions of its own",
    "thuocdo.difficulties.locking": "leaves the steps and ends the readings for the actions on difficulties",
    "thuocdo.intake.steps": "fills a batch and writes its rows for the actions on files",
    "thuocdo.inflow.imports_inbox": "writes the rows of an import that the intake's action applies",
    "thuocdo.inflow.writing": "writes the tasks and items of a delivery for the actions on deliveries",
    "thuocdo.notices.outbox": "the worker's notes on messages, which are not on the record",
    "thuocdo.organisation.finding.comparing": "makes kept words those of their rows, which it leaves, for the command",
    "thuocdo.organisation.finding.filling": "fills the words of rows from before they were kept, for migrations",
    "thuocdo.organisation.finding.index": "keeps the words of what an action recorded, for finding it",
    "thuocdo.organisation.changes.ledger": "set-based writes of the acts that can be taken back",
    "thuocdo.organisation.imports_calendar": "writes the rows of an import that the intake's action applies",
    "thuocdo.organisation.imports_dated": "writes the rows of an import that the intake's action applies",
    "thuocdo.organisation.imports_write": "writes the rows of an import that the intake's action applies",
    "thuocdo.organisation.imports_units_write": "writes the rows of an import that the intake's action applies",
    "thuocdo.collectives.round_back": "puts the rows of an import back that the intake's action takes back",
    "thuocdo.appraisals.levels_back": "puts the rows of an import back that the intake's action takes back",
    "thuocdo.catalogues.draft_back": "puts the rows of an import back that the intake's action takes back",
    "thuocdo.catalogues.proposals_back": "puts the rows of an import back that the intake's action takes back",
    "thuocdo.results.outside.lots_back": "puts the rows of an import back that the intake's action takes back",
    "thuocdo.collectives.tasks_back": "puts the rows of an import back that the intake's action takes back",
    "thuocdo.conclusions.competences_back": "puts the rows of an import back that the intake's action takes back",
    "thuocdo.inflow.inbox_back": "puts the rows of an import back that the intake's action takes back",
    "thuocdo.rounds.subjects_back": "puts the rows of an import back that the intake's action takes back",
    "thuocdo.plans.imports": "writes the rows of an import that the intake's action applies",
    "thuocdo.plans.imports_grades": "writes the rows of an import that the intake's action applies",
    "thuocdo.plans.imports_recurring": "writes the rows of an import that the intake's action applies",
    "thuocdo.records.imports": "writes the rows of an import that the intake's action applies",
    "thuocdo.records.party.imports": "writes the rows of an import that the intake's action applies",
    "thuocdo.records.party.imports_people": "writes the rows of an import that the intake's action applies",
    "thuocdo.results.imports": "writes the rows of an import that the intake's action applies",
    "thuocdo.results.outside.imports": "writes the rows of an import that the intake's action applies",
    "thuocdo.rounds.gate": "adds the row of a step done for the actions that take it",
    "thuocdo.rounds.imports_subjects": "writes the rows of an import that the intake's action applies",
    "thuocdo.rulesets.versions": "keeps the files of a rulebook for the actions that pin it",
    "thuocdo.work.imports": "writes the rows of an import that the intake's action applies",
    "thuocdo.work.steps": "makes and saves tasks for the actions on tasks, plans and inflow",
    "thuocdo.work.imports_given": "puts the rows of an import back that the intake's action takes back",
    "thuocdo.work.imports_progress": "writes the rows of an import that the intake's action applies",
}
"""Steps of actions that live beside them. Whether they run inside an action is checked when the tests run."""

WRITES = {"save", "delete"}
MANAGER_WRITES = {"create", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
NOT_ROWS = {"thuocdo.documents": "saves Word files, not rows"}
ACTION_MODULES = sorted(name for name in modules() if in_actions(name))
"""Hundreds of modules are one test, whose failure names them: a test of its own for each costs more than its work."""


def public_functions() -> Iterator[tuple[str, Callable[..., object]]]:
    for name in ACTION_MODULES:
        module = importlib.import_module(name)
        for attribute, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == name and not attribute.startswith("_"):
                yield f"{name}.{attribute}", value


ACTIONS = [(name, f) for name, f in public_functions() if getattr(f, "is_action", False)]


def takes_keywords_with_who_and_when(function: Callable[..., object]) -> bool:
    parameters = inspect.signature(function).parameters
    return (
        {p.kind for p in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
        and {"by", "at"} <= parameters.keys()
        and all(parameters[p].default is inspect.Parameter.empty for p in ("by", "at"))
    )


def test_actions_take_keywords_with_who_and_when() -> None:
    assert ACTIONS
    assert [name for name, function in ACTIONS if not takes_keywords_with_who_and_when(function)] == []


@pytest.fixture(scope="module")
def used() -> set[str]:
    """Every name that the product loads or takes from an object."""
    found: set[str] = set()
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
    return found


def test_every_action_is_called_by_the_product(used: set[str]) -> None:
    """A write that only tests call belongs on a page or a command, or goes."""
    assert [name for name, _ in ACTIONS if name.rpartition(".")[2] not in used] == []


def writes_rows(call: ast.Call) -> bool:
    """Whether a call looks like a write through the ORM, or through `audit.bulk`."""
    if not isinstance(call.func, ast.Attribute):
        return False
    receiver = ast.unparse(call.func.value)
    through_manager = any(part in receiver for part in ("objects", "_manager", ".filter(", "_set"))
    if (receiver, call.func.attr) == ("bulk", "update"):
        return True
    return call.func.attr in WRITES or (call.func.attr in MANAGER_WRITES and through_manager)


def may_write(name: str) -> bool:
    """Actions, their named helpers and migrations; and rooms whose `save` is not about rows."""
    if in_actions(name) or name in HELPERS or ".migrations" in name:
        return True
    return any(name.startswith(room) for room in NOT_ROWS)


def read_only() -> dict[str, ast.Module]:
    """The modules that may not write."""
    found = {name: tree for name, tree in sorted(modules().items()) if not may_write(name)}
    assert len(found) > len(HELPERS)
    return found


def test_only_actions_and_their_helpers_write() -> None:
    writing = [
        (name, ast.unparse(call)[:100])
        for name, tree in read_only().items()
        for call in calls(tree)
        if writes_rows(call)
    ]
    assert writing == []


def test_the_named_helpers_exist_and_write() -> None:
    idle = [n for n in HELPERS if n not in modules() or not any(map(writes_rows, calls(modules()[n])))]
    assert idle == []


def assigned(tree: ast.Module) -> list[ast.expr]:
    """What a module's statements assign to."""
    targets: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets += [
                t for one in node.targets for t in (one.elts if isinstance(one, ast.Tuple) else [one])
            ]
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            targets.append(node.target)
    return targets


def test_states_move_only_in_actions() -> None:
    moved = [
        (name, ast.unparse(target))
        for name, tree in read_only().items()
        for target in assigned(tree)
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]
    assert moved == []


def test_no_public_function_of_actions_writes_without_being_an_action() -> None:
    plain = {name for name, f in public_functions() if not getattr(f, "is_action", False)}
    writing = set()
    for name in plain:
        module, _, function = name.rpartition(".")
        node = next(
            n for n in modules()[module].body if isinstance(n, ast.FunctionDef) and n.name == function
        )
        if any(map(writes_rows, calls(node))):
            writing.add(name)
    listed = NOT_ON_THE_RECORD.keys() | STEPS.keys()
    assert writing - listed == set()
    assert listed - plain == set()


def test_each_recorded_code_has_its_sentence_and_each_sentence_its_code() -> None:
    recorded: set[str] = set()
    words: set[str] = set()
    for tree in (tree for name, tree in modules().items() if name != "thuocdo.audit.presenters"):
        words |= {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        for call in calls(tree):
            if isinstance(call.func, ast.Name) and call.func.id == "record":
                codes = [k.value for k in call.keywords if k.arg == "code"]
                recorded |= {c.value for c in codes if isinstance(c, ast.Constant)}
    assert recorded - SENTENCES.keys() == set()
    unused = {code for code in SENTENCES if not {code, code.partition(".")[2]} & words}
    assert unused == set()
