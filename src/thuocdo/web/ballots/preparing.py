"""Ballots: the first page, the question, the lists of people."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.ballots import actions, confidence, in_round, queries, texts
from thuocdo.ballots.actions.people import Chosen
from thuocdo.ballots.lpk1.counting import BASES
from thuocdo.ballots.models import Ballot
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.ballots.meeting import EVERYBODY
from thuocdo.web.decisions.typed import number, numbers
from thuocdo.web.forms import by_field, problems_of
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import status_of
from thuocdo.web.units import asked_for

FIELDS = (
    "text", "title", "meeting", "year", "basis", "secrecy", "options", "invalid", "least", "most", "quorum",
    "quorum_source", "majority", "mode", "round", "majority_of", "majority_over", "majority_source",
    "trigger", "asked", "of",
)  # fmt: skip


@needs(Permission.SIGNED_IN)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Ballots of the user, of one round with `?dot=`, and where to begin one."""
    wanted = request.GET.get("dot", "")
    found = queries.desk(
        user_of(request), now(), number(wanted) if wanted else None, typed=asked_for(request).typed
    )
    shown = {"desk": found, "kinds": Ballot.Kind.choices, "keep": {"dot": wanted} if wanted else {}}
    return render(request, "web/ballots/desk.html", shown)


@needs(Permission.SIGNED_IN)
@require_safe
def confidence_texts(request: HttpRequest) -> HttpResponse:
    """What the texts in force on a day say of both confidence votes, and where they say different things."""
    typed = request.GET.get("ngay", "") or f"{today():%d/%m/%Y}"
    refusal: Refusal | None = None
    try:
        on = parse_day(typed, label="Ngày họp", field="ngay")
    except Refusal as found:
        refusal, on = found, today()
    problems = problems_of(refusal) if refusal else []
    context = {"on": on, "typed": typed, "overview": confidence.overview(on), "problems": problems,
               "errors": by_field(problems)}  # fmt: skip
    return render(request, "web/ballots/confidence.html", context, status=status_of(refusal))


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The question of a new ballot; a POST begins it."""
    return _question(request, None)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The question of a ballot that is prepared, to be written anew."""
    return _question(request, queries.drafted(user_of(request), ballot_id, now()))


def _question(request: HttpRequest, one: Ballot | None) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    whose = asked.get("cua", "") or (f"t{one.organisation_id}" if one and one.organisation_id else "")
    whose = whose or (f"d{one.unit_id}" if one else "")
    if one is None and not queries.may_begin(user_of(request), *_whose(whose), now()):
        raise NotYours()
    kind = asked.get("kind", "") or (one.kind if one else "")
    kind = kind if kind in Ballot.Kind.values else str(Ballot.Kind.MEMBER_LEVELS)
    held = asked.get("held_on", "") or f"{one.held_on if one else today():%d/%m/%Y}"
    refusal: Refusal | None = None
    if asked.get("do") == "save":
        try:
            return _save(request, one, whose, kind, held)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
    problems = problems_of(refusal) if refusal else []
    try:
        on = parse_day(held, label="Ngày họp", field="held_on")
    except Refusal:
        on = today()
    known = texts.texts_for(kind, on)
    typed = _typed(asked, one, known, on.year)
    context: dict[str, Any] = {
        "one": one, "whose": whose, "kind": kind, "kind_label": Ballot.Kind(kind).label, "held_on": held,
        "kinds": Ballot.Kind.choices, "texts": known, "silent": texts.silent(kind, on), "bases": BASES.items(),
        "secrecies": Ballot.Secrecy.choices, "modes": Ballot.Mode.choices, "typed": typed,
        "rounds": in_round.open_rounds(user_of(request), today()), "levels": texts.levels(kind, on),
        "problems": problems,
        "chosen": next((text for text in known if text.code == typed["text"]), None), "errors": by_field(problems),
    }  # fmt: skip
    return render(request, "web/ballots/question.html", context, status=status_of(refusal))


def _whose(text: str) -> tuple[int, int | None]:
    """Unit or Party organisation as one choice: `d<unit>` or `t<organisation>`."""
    kind, key = text[:1], number(text[1:])
    return (0, key) if kind == "t" else (key if kind == "d" else 0, None)


def _save(request: HttpRequest, one: Ballot | None, whose: str, kind: str, held: str) -> HttpResponse:
    unit_id, organisation_id = _whose(whose)
    made = actions.prepare_ballot(
        ballot_id=one.pk if one else None, version=number(request.POST.get("version", "")), unit_id=unit_id,
        organisation_id=organisation_id, kind=kind, held_on=parse_day(held, label="Ngày họp", field="held_on"),
        typed={name: request.POST.get(name, "") for name in FIELDS}, by=user_of(request), at=now(),
    )  # fmt: skip
    messages.success(request, "Đã lưu nội dung phiếu.")
    return redirect("ballot" if one else "ballot_people", made.pk)


def _typed(asked: Any, one: Ballot | None, known: list[texts.BallotText], year: int) -> dict[str, str]:
    """As typed; else as stored; else what is usual, where nothing of law is chosen for anybody."""
    usual = dict.fromkeys(FIELDS, "") | {"mode": "paper", "least": "1", "most": "1", "year": str(year)}
    if len(known) == 1:
        usual["text"] = known[0].code
    if one is not None:
        usual |= {
            "text": next((text.code for text in known if text.key == one.rulebook), ""), "title": one.title,
            "meeting": one.meeting, "year": str(one.year), "basis": one.basis, "secrecy": one.secrecy, "mode": one.mode,
            "round": str(one.round_id or ""),
            "options": "\n".join(one.options), "invalid": one.invalid, "least": str(one.least), "most": str(one.most),
            "quorum": f"{one.quorum_part}/{one.quorum_whole}", "quorum_source": one.quorum_source,
        }  # fmt: skip
        if one.majority:
            part, whole = one.majority["ratio"]
            usual |= {
                "majority": f"{part}/{whole}", "majority_of": one.majority["of"],
                "majority_over": "over" if one.majority["over"] else "from", "majority_source": one.majority_source,
            }  # fmt: skip
    return {name: asked.get(name, usual[name]) for name in FIELDS}


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Who votes, who is on the slip, who is left out and why, who counts, who chairs; a POST with `do=find` looks for
    more who may count and keeps what was typed."""
    posted, refusal = request.POST, None
    kept = numbers(posted.getlist("tellers"))
    found = queries.drafting(user_of(request), ballot_id, now(), posted.get("tim", ""), kept)
    if request.method == "POST" and posted.get("do") != "find":
        try:
            actions.choose_people(
                ballot_id=ballot_id, version=number(request.POST.get("version", "")), chosen=_chosen(request),
                by=user_of(request), at=now(),
            )  # fmt: skip
        except NotYours:
            raise
        except Refusal as problem:
            refusal = problem
        else:
            messages.success(request, "Đã lưu danh sách.")
            return redirect("ballot", ballot_id)
    problems = problems_of(refusal) if refusal else []
    one = found.ballot
    context: dict[str, Any] = {
        "one": one, "found": found, "rows": _rows(request, found), "things": _things(request, found),
        "outside": _outside(request, found), "sought": posted.get("tim", ""), "others": posted.get("others", ""),
        "above_cell": one.organisation is not None and not one.organisation.is_cell,
        "reasons": texts.reasons(one.kind, one.held_on), "problems": problems, "errors": by_field(problems),
        "whole_cell": one.kind == Ballot.Kind.MEMBER_LEVELS,
    }  # fmt: skip
    return render(request, "web/ballots/people.html", context, status=status_of(refusal))


def _chosen(request: HttpRequest) -> Chosen:
    posted = request.POST
    voters = {number(name[4:]): posted[name] for name in posted if name.startswith("vno-")}
    lines = {name[4:]: posted[name] for name in posted if name.startswith("lno-")}
    return Chosen(
        numbers(posted.getlist("voters")), list(dict.fromkeys(posted.getlist("lines"))), voters, lines,
        numbers(posted.getlist("tellers")), number(posted.get("head", "")), number(posted.get("chair", "")),
        posted.get("others", ""),
    )  # fmt: skip


def _rows(request: HttpRequest, found: queries.Drafting) -> list[dict[str, Any]]:
    """One row a person: as posted, else as stored; nobody is ticked beforehand but whom the list has stored, and where
    the user asked for all everybody of whom nothing is remarked."""
    posted = request.POST if request.method == "POST" else None
    every = request.GET.get("chon") == EVERYBODY
    voters, tellers = (set(numbers(posted.getlist(name))) if posted else set() for name in ("voters", "tellers"))
    rows = []
    for key, person in found.offered.people.items():
        elector, teller = found.electors.get(key), found.tellers.get(key)
        rows.append({
            "person": person, "post": found.offered.posts.get(key, ""), "remarks": found.offered.remarks.get(key, ()),
            "forgotten": posted is not None and posted.get("do") != "find" and key not in voters
            and not (posted.get(f"vno-{key}", "") or posted.get("others", "")).strip(),
            "votes": key in voters if posted else not elector.left_out if elector
            else every and not found.offered.remarks.get(key),
            "why": posted.get(f"vno-{key}", "") if posted else elector.left_out if elector else "",
            "counts": key in tellers if posted else teller is not None,
            "heads": posted.get("head") == str(key) if posted else teller is not None and teller.head,
            "chairs": posted.get("chair") == str(key) if posted else found.ballot.chair_id == key,
        })  # fmt: skip
    return rows


def _outside(request: HttpRequest, found: queries.Drafting) -> list[dict[str, Any]]:
    """Who may count and has no vote here, those ticked or stored first."""
    posted = request.POST if request.method == "POST" else None
    ticked = set(numbers(posted.getlist("tellers"))) if posted else set(found.tellers)
    head = posted.get("head") if posted else next((str(key) for key, row in found.tellers.items() if row.head), "")
    return [{"person": one, "counts": one.pk in ticked, "heads": head == str(one.pk)} for one in found.outside]


def _things(request: HttpRequest, found: queries.Drafting) -> list[dict[str, Any]]:
    posted = request.POST if request.method == "POST" else None
    every = request.GET.get("chon") == EVERYBODY
    rows = []
    for key, thing in found.offered.lines.items():
        line, remarks = found.lines.get(key), found.offered.remarks.get(thing.person or 0, ())
        rows.append({
            "key": key, "thing": thing, "remarks": remarks,
            "on": key in posted.getlist("lines") if posted else line.number is not None if line
            else every and not remarks,
            "why": posted.get(f"lno-{key}", "") if posted else line.left_out if line else "",
        })  # fmt: skip
    return rows
