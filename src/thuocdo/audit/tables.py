"""Which tables the record protects: all of ours, except those named here with the reason."""

from django.apps import apps
from django.db.models import Model

CHAIN_TABLES = {
    "audit.chain": "its head is compared with the last event of the chain",
    "audit.event": "verified by its own hash and the hash before it",
    "audit.eventobject": "verified by the hash in its event",
}
UNRECORDED_TABLES = {
    "accounts.refusedattempt": "counts what was refused and therefore changed nothing",
    "accounts.unsenttext": "what its author typed and has not sent; what was sent is on the record",
    "appraisals.draft": "a working copy of its author, replaced freely; the submitted document counts",
    "inflow.deliveryday": "a count of what came in a day; the tasks and items themselves are on the record",
    "appraisals.proposedresult": "computed from the submitted document, and computed again when that changes",
    "appraisals.cycletotal": "the counts of a cycle summed up, kept with every event that touches one",
    "appraisals.sheetcount": "counted from members, sheets and results, kept with every event that touches one",
    "cycles.run": "where a run stands; its start, batches, stops and end are events; what it wrote is on the record",
    "cycles.runfailure": "belongs to a run: whom it could not do, until that is mended",
    "opinions.opinionreturn": "who has answered is on no record; counted and, where secret, deleted at closing",
    "opinions.opinionenvelope": "answers under seal are never logged one by one; what is opened at closing is",
    "ballots.cast": "votes are never logged one by one; their number is, when casting closes",
    "ballots.tokenrequest": "who asked for a slip when is on no record; the number is, and the rows go at closing",
    "collectives.unitdraft": "a working copy of its author, replaced freely; the filed part counts",
    "inflow.largesourcefile": "how far the worker is with a large file; the file, and what it wrote, are on the record",
    "intake.largeimport": "how far the worker is with a large file; the batch, and what it wrote, are on the record",
    "notices.notice": "a message about something that is on the record; read marks are the reader's own",
    "reviews.reviewdraft": "a working copy of who writes the report; the filed report counts",
    "decisions.publishedresult": "names again, row by row, the results that its publication names on the record",
    "decisions.unpublishedcount": "counted from results and publications, kept with every event that touches one",
    "rounds.roundopening": "how far the worker is with opening a round; the subjects it wrote are on the record",
    "organisation.searchentry": "words of rows that are on the record, kept with every event that touches one",
    "notices.letter": "a message that says how much waits, never what; written and sent by the worker",
}


def protected_models() -> list[type[Model]]:
    """Every model of ours whose rows must each have an event, by label."""
    ours = [m for m in apps.get_models() if m.__module__.startswith("thuocdo.")]
    skip = CHAIN_TABLES.keys() | UNRECORDED_TABLES.keys()
    return sorted((m for m in ours if m._meta.label_lower not in skip), key=lambda m: m._meta.label_lower)
