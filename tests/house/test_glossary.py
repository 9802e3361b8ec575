"""docs/glossary.toml and the code use the same words, one to one."""

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import TextChoices

from tests.house.sources import ROOT, modules

GLOSSARY = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text(encoding="utf-8"))
MODELS = [model for model in apps.get_models() if model.__module__.startswith("thuocdo.")]
FIELDS = {"term", "definition", "cite", "avoid"}

LEGAL = {"Unit.Kind", "Employment.Kind", "Employment.Leadership", "Role.Kind", "Absence.Kind"}
"""Enumerations whose values are legal concepts: each value has an entry with the same term."""

NOT_LEGAL = {
    "SelfScore.Kind": "kinds of meeting in words of everyday language",
    "ActingHead.Kind": "how a duty was given, in words of everyday language",
    "Delegation.Act": "what was delegated, in words of everyday language",
    "Reorganisation.MonthRule": "a choice of the agency, where the decree is silent",
    "Reorganisation.State": "steps of our own",
    "ImportBatch.State": "steps of our own",
    "LargeWork.Step": "steps of our own",
    "UnitLink.Tree": "names of our trees; the authority itself is `management`",
    "Task.State": "steps of our own",
    "CauseClaim.State": "steps of our own",
    "Evidence.Kind": "words of everyday language",
    "UncountableChoice.Way": "ways to convert that the law does not name",
    "Task.Nature": "words of everyday language",
    "Task.Origin": "where a task came from, in words of everyday language",
    "StepRequest.Step": "the steps that may ask for two officers",
    "Binding.Periods": "kinds of period in words of everyday language",
    "Cycle.Kind": "words of everyday language",
    "Cycle.State": "steps of our own",
    "Member.Standing": "reasons in words, each with its cited reason beside it",
    "Sheet.State": "steps of our own, drawn from the table of transitions",
    "Submission.Part": "who wrote, in words of everyday language",
    "QuotaPlaces.Scope": "which people a share is counted among, in words",
    "Remark.Kind": "which step a reason belongs to",
    "Petition.State": "steps of our own",
    "Difficulty.State": "steps of our own, drawn from the table of transitions",
    "Difficulty.About": "words of everyday language",
    "DifficultyStep.Kind": "steps of our own",
    "CalendarDay.Kind": "words of everyday language",
    "PublicationForm.Kind": "forms of publishing, in words",
    "FileSent.State": "steps of our own",
    "ObservationStep.Kind": "steps of our own",
    "ResultReceipt.Party": "who received, in words",
    "Round.Leaderships": "a choice that the text read leaves to whoever plans the round",
    "Round.Seats": "a choice that the text read leaves to whoever plans the round",
    "Round.State": "steps of our own",
    "RoundOpening.State": "steps of our own",
    "RoundSubject.Standing": "reasons in words, each with its cited reason beside it",
    "ReviewReport.Stage": "steps of our own",
    "PromptPoint.Follow": "steps of our own",
    "DefectDuty.Answer": "an answer in words of everyday language",
    "Remedy.State": "steps of our own",
    "ReviewMeeting.State": "steps of our own",
    "MeetingComment.Answer": "an answer in words of everyday language",
    "Defect.Source": "who pointed it out, in words of everyday language",
    "UnitRound.Kind": "words of everyday language",
    "UnitRound.State": "steps of our own",
    "UnitSheet.SubjectKind": "the two kinds of unit that the engine tells apart",
    "UnitSubmission.Part": "who wrote, in words of everyday language",
    "UnitReopening.State": "steps of our own",
    "UnitHold.Kind": "words of everyday language",
    "OpinionRound.State": "steps of our own",
    "OpinionRound.Basis": "whether a rule asks or the agency chose, in words",
    "OpinionRound.Told": "an agency's choice in everyday language",
    "OpinionQuestion.Kind": "words of everyday language",
    "OpinionParty.Asks": "words of everyday language",
    "OpinionParty.Group": "words of everyday language",
    "Assessment.State": "steps of our own",
    "Assessment.Occasion": "before what somebody is assessed, in words of everyday language",
    "AssessmentPart.Part": "who wrote, in words of everyday language",
    "AssessmentHold.Kind": "words of everyday language",
    "OpinionPaper.State": "states of the product, not of the law",
    "Ballot.Kind": "what is voted on, in the words of the texts",
    "Ballot.Mode": "ways to vote in a meeting, in words",
    "Ballot.Secrecy": "what the texts say, in their words",
    "Ballot.State": "steps of our own, drawn from the tables of transitions",
    "Decision.Kind": "kinds of paper, in words of everyday language",
    "Decision.State": "steps of our own",
    "Decision.SigningForm": "the abbreviations of Nghị định 30/2020, spelled out on the page",
    "Reopening.State": "steps of our own",
    "FollowUp.State": "steps of our own",
    "FollowUpRule.Bound": "words of everyday language",
    "FollowUpRule.Kind": "an agency's ways to follow a result up; the decree names none",
    "Handover.State": "steps of our own",
    "HandoverLine.Kind": "what goes along, in words",
    "OutsideResult.Kind": "words of everyday language",
    "OutsideResult.State": "steps of our own",
    "Rollup.Kind": "words of everyday language",
    "Rollup.Part": "words of everyday language",
    "YearPaper.Kind": "papers that Điều 24 counts, in its words",
    "Source.Kind": "doors through which tasks come in",
    "Source.State": "steps of our own",
    "Source.MonthRule": "an officer's choice in everyday language",
    "Source.Completion": "an officer's choice in everyday language",
    "SourceItem.State": "steps of our own",
    "SourceFile.State": "steps of our own",
    "WeekItem.State": "how a line of a plan went, in words of everyday language",
    "WeekItem.Nature": "words of everyday language",
    "RecurringTask.Rule": "words of everyday language",
    "Inventory.State": "steps of our own, drawn from the table of transitions",
    "InventoryLine.State": "steps of our own",
    "Catalogue.State": "steps of our own, drawn from the table of transitions",
    "Catalogue.Method": "ways in words; the decree names none",
    "Catalogue.Rounding": "words of everyday language",
    "Proposal.State": "steps of our own, drawn from the table of transitions",
    "Mailbox.When": "words of everyday language",
    "Letter.Kind": "which of our messages",
    "Run.Kind": "which of our actions is done in batches",
    "Run.State": "steps of our own",
    "PartyOrganisation.Kind": "the kinds of Hướng dẫn 43 mục 3, in its words",
    "CommitteeSeat.Role": "seats of a committee, in words",
    "PartyStanding.Kind": "standings in words; the article stands where one decides",
    "Regulation.State": "steps of our own, drawn from the table of transitions",
}
PLAIN_VALUES = {"none": "no leadership post: the absence of a concept"}


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def enumerations() -> dict[str, type[TextChoices]]:
    """Every enumeration of our models, by qualified name."""
    inside = {
        v
        for m in MODELS
        for c in m.__mro__
        for v in vars(c).values()
        if isinstance(v, type) and issubclass(v, TextChoices)
    }
    return {one.__qualname__: one for one in inside}


def identifiers() -> Iterator[tuple[str, str]]:
    """(module, name) of every class, function, argument and variable that the product defines."""
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                yield module, snake(node.name)
            elif isinstance(node, ast.arg):
                yield module, node.arg.lower()
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield module, node.id.lower()


def complete(identifier: str) -> bool:
    entry = GLOSSARY[identifier]
    return bool(
        entry.keys() == FIELDS
        and re.fullmatch(r"[a-z]+(_[a-z]+)*", identifier)
        and entry["term"].strip()
        and entry["definition"].endswith(".")
        and identifier not in entry["avoid"]
    )


def test_entries_are_complete() -> None:
    assert GLOSSARY
    assert [identifier for identifier in GLOSSARY if not complete(identifier)] == []


def test_one_term_has_one_identifier() -> None:
    terms = [entry["term"] for entry in GLOSSARY.values()]
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_models_are_in_the_glossary_under_their_term(model: type) -> None:
    entry = GLOSSARY[snake(model.__name__)]
    assert model._meta.verbose_name == entry["term"]  # type: ignore[attr-defined]
    assert f"({entry['term']})" in (model.__doc__ or "").splitlines()[0]


def test_every_enumeration_is_legal_or_says_why_not() -> None:
    assert enumerations().keys() == LEGAL | NOT_LEGAL.keys()


@pytest.mark.parametrize("name", sorted(LEGAL))
def test_legal_values_are_in_the_glossary_under_their_term(name: str) -> None:
    values = {value: label for value, label in enumerations()[name].choices if value not in PLAIN_VALUES}
    assert values == {value: GLOSSARY[value]["term"] for value in values}


def test_words_to_avoid_are_avoided() -> None:
    avoided = {word for entry in GLOSSARY.values() for word in entry["avoid"]}
    used = set()
    for module, name in identifiers():
        parts = name.strip("_").split("_")
        runs = {"_".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}
        used |= {f"{module}: {name} ({word})" for word in runs & avoided}
    assert sorted(used) == []


def test_identifiers_are_ascii() -> None:
    assert sorted({f"{module}: {name}" for module, name in identifiers() if not name.isascii()}) == []
