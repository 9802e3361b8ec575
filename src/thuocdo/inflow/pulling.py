"""Pulling the tasks of a calendar server: everything is fetched first, then taken in; a failure changes no task."""

from dataclasses import dataclass, replace
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.inflow.access import source_of_officer
from thuocdo.inflow.actions import deliver, note_failure
from thuocdo.inflow.caldav_client import Entry, Server
from thuocdo.inflow.caldav_tasks import Cancelled, completed, offer_from
from thuocdo.inflow.credentials import password_of
from thuocdo.inflow.models import Source, SourceItem
from thuocdo.inflow.payloads import Offer, Unusable, read_back
from thuocdo.inflow.planning import Decision
from thuocdo.kernel.errors import Refusal

MOST_WRITTEN = 200


@dataclass(frozen=True)
class Pulled:
    """What a pull brought, how many completions were written back, and the sentence of a failure."""

    decisions: list[Decision]
    written_back: int
    failure: str

    @property
    def counts(self) -> dict[str, int]:
        """How many items by outcome."""
        found: dict[str, int] = {}
        for one in self.decisions:
            found[one.outcome] = found.get(one.outcome, 0) + 1
        return found


def pull_for(user: User, source_id: int, at: datetime, *, many_gone: bool = False) -> Pulled:
    """A pull that an officer asks for. Raises NotYours."""
    return pull(source_of_officer(user, source_id, at), at, by=user, many_gone=many_gone)


def sources_to_pull(source_id: int | None) -> list[Source]:
    """The active calendar sources, or the one asked for. For the operator's command."""
    rows = Source.objects.filter(kind=Source.Kind.CALDAV, state=Source.State.ACTIVE).select_related("agency")
    return list((rows if source_id is None else rows.filter(pk=source_id)).order_by("pk"))


def pull(source: Source, at: datetime, *, by: User | None = None, many_gone: bool = False) -> Pulled:
    """Fetch the whole list and take it in. A failure is noted on the source and told; it raises nothing."""
    try:
        if source.kind != Source.Kind.CALDAV:
            raise Refusal("caldav.kind", "Chỉ nguồn CalDAV lấy việc về được.")
        server = Server(source.url, source.username, password_of(source.pk))
        listing = server.listing(source.sync_mark)
        if listing.entries is None:
            decisions = deliver(by=by, at=at, source_id=source.pk, offers=())
            return Pulled(decisions, _write_back(server, source, at), "")
        offers, spoiled, entries = _read(listing.entries, source)
        decisions = deliver(
            by=by, at=at, source_id=source.pk, offers=offers, spoiled=spoiled, whole=True, many_gone=many_gone,
            mark=listing.mark,
        )  # fmt: skip
        return Pulled(decisions, _write_back(server, source, at, entries), "")
    except Refusal as refusal:
        note_failure(by=by, at=at, source_id=source.pk, message=refusal.message)
        return Pulled([], 0, refusal.message)


def _read(entries: list[Entry], source: Source) -> tuple[list[Offer], list[Unusable], dict[str, Entry]]:
    """Offers, entries that cannot be read (under the id they had before, so that they are not taken for gone)."""
    offers: list[Offer] = []
    spoiled: list[Unusable] = []
    by_place: dict[str, Entry] = {}
    known = dict(SourceItem.objects.filter(source=source).exclude(place="").values_list("place", "external_id"))
    for entry in entries:
        try:
            read = offer_from(entry, source.products)
        except Cancelled:
            continue
        if isinstance(read, Offer):
            offers.append(read)
            by_place[entry.href] = entry
        else:
            spoiled.append(replace(read, external_id=known.get(entry.href, read.external_id)))
    return offers, spoiled, by_place


def _write_back(server: Server, source: Source, at: datetime, entries: dict[str, Entry] | None = None) -> int:
    """Tell the server what was completed here, where the officer switched that on. One call for each entry."""
    if not source.write_back:
        return 0
    rows = SourceItem.objects.filter(
        source=source, state=SourceItem.State.APPLIED, withdrawing=False, task__completed__isnull=False
    )
    done = [
        item.place
        for item in rows.select_related("task").order_by("pk")
        if item.task is not None
        and (item.task.completed or 0) >= item.task.assigned > 0
        and not read_back(item.payload)["done_on"]
    ][:MOST_WRITTEN]
    if done and entries is None:
        found = server.listing("").entries or []
        entries = {e.href: e for e in found}
    waiting = [entries[place] for place in done if entries and place in entries]
    return sum(server.replace(e.href, e.etag, completed(e.data, at)) for e in waiting)
