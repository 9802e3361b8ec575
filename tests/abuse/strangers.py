"""Two places: in one every kind of object exists, in the other stand strangers with every role and with none."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import months
from tests.factories.people import give_role, make_person, make_unit
from tests.guards import outside_actions
from tests.integration.web import budget_world
from thuocdo.audit.tables import protected_models
from thuocdo.difficulties import actions as difficulties
from thuocdo.difficulties.subjects import Asked
from thuocdo.organisation.models import Employment, Person, Role, Unit
from thuocdo.work.models import Evidence, Task

AT = budget_world.AT
NAME_OF_THEIRS = "Lê Thị CC"
ROWS = 5
# A word in an address that is no id -> the words that mean something there.
WORDS = {
    "act": ("gia-han", "mien", "lap-thay", "nguoi-danh-gia", "dung", "tiep"),
    "what": ("tinh-diem", "cong-bo", "yeu-cau", "xep-loai", "dot"),
    "step": ("minh-chung", "bao-cao", "duyet", "nguyen-nhan", "giai-trinh", "chia", "nhan-thay"),
    "kind": ("pdf", "docx"),
    "year": ("2026",),
    "number": ("1",),
}
# What the buttons send, so that a post gets as far as looking the object up.
BODY = {
    "version": "1", "revision": "1", "confirmation": "1", "reason": "Vì sao", "reasons": "Vì sao", "text": "Chữ",
    "comment": "Chữ", "last": "05/03/2026", "start": "05/03/2026", "end": "06/03/2026", "do": "approve", "final": "1",
    "due_date": "05/03/2026", "title": "Việc", "coefficient": "1", "assigned": "1", "answer": "Chữ", "level": "a",
}  # fmt: skip
# The name of an id in an address where it is not the name of a model.
MODELS = {
    "file": "inflow.sourcefile", "item": "plans.weekitem", "row": "plans.campaign", "agency": "organisation.unit",
    "before": "catalogues.catalogue", "after": "catalogues.catalogue", "line": "catalogues.catalogueline",
    "plan": "organisation.reorganisation", "batch": "intake.importbatch", "recurring": "plans.recurringtask",
    "proposal": "catalogues.proposal", "round": "collectives.unitround", "follow_up": "results.followup",
    "scan": "ballots.minutesscan", "paper": "results.yearpaper", "result": "results.outsideresult",
    "body": "opinions.opinionbody", "party_round": "rounds.round", "review_meeting": "reviews.reviewmeeting",
    "part": "conclusions.assessmentpart",
    "subject": "rounds.roundsubject", "party_organisation": "records.partyorganisation",
}  # fmt: skip


@dataclass(frozen=True)
class Places:
    """The ids of everything in the first place, who stands in the second, and who looks in the first."""

    ids: dict[str, tuple[int, ...]]
    strangers: dict[str, Person]
    own: dict[str, int]
    first: budget_world.World


def build() -> Places:
    """Write both places."""
    made = budget_world.build(ROWS)
    _proof(made.ids["task"])
    theirs = {model._meta.label_lower: _keys(model) for model in apps.get_models() if _ours(model)}
    theirs["appraisals.sheet"] = tuple(made.ids[k] for k in ("own", "judged", "drafting", "missing"))
    theirs["organisation.unit"] = tuple(Unit.objects.filter(code__in=["P", "P-UB"]).values_list("pk", flat=True))
    theirs["organisation.person"] = tuple(
        Person.objects.filter(code__startswith="CC").order_by("pk").values_list("pk", flat=True)[:2]
    )
    theirs["cycles.cycle"] = (made.ids["cycle"], made.ids["closed"])
    theirs["intake.importbatch"] = (made.ids["batch"], made.ids["table_batch"])
    people, own = _strangers()
    return Places(theirs, people, own, made)


def _strangers() -> tuple[dict[str, Person], dict[str, int]]:
    city = make_unit("TPX", "Ủy ban nhân dân tỉnh khác")
    place = make_unit("X", "Phường khác", Unit.Kind.PLACE)
    agency = make_unit("X-UB", "Ủy ban nhân dân phường khác", under=place, managed_by=city)
    branch = make_unit("X-P", "Phòng khác", Unit.Kind.AGENCY, under=agency)
    make_person("X-CT", "Lò Văn Trên", city, "Chủ tịch", leadership="head")
    deputy = make_person("X-002", "Lò Văn Phó", agency, "Phó Chủ tịch", leadership="deputy")
    people = {
        "every role": make_person("X-001", "Lò Văn Đầu", agency, "Chủ tịch", leadership="head"),
        "no role": make_person("X-006", "Lò Thị Chuyên", agency),
    }
    officer = make_person("X-003", "Lò Thị Tổ Chức", agency)
    give_role(officer, place, Role.Kind.OFFICER)
    for kind in Role.Kind:
        give_role(people["every role"], place, kind)
    task = months.make_task(people["no role"], agency, 1)
    month = months.open_month(place, officer)
    filed = months.submitted(month, people["no role"], AT)
    head, plain = people["every role"], people["no role"]
    asked = [
        difficulties.raise_difficulty(
            asked=Asked(rulebook="state/nd-335-2025", article="nd-335/17.1"),
            text=text,
            proposal="",
            by=plain.user,
            at=AT,
        )
        for text in ("Hỏi", "Hỏi nữa")
    ]
    return people, {
        "cycle": month.pk, "sheet": filed.pk, "task": task.pk, "unit": agency.pk, "place": place.pk, "city": city.pk,
        "branch": branch.pk, "head": head.pk, "deputy": deputy.pk, "person": plain.pk, "officer": officer.pk,
        "role": Role.objects.filter(person=head).earliest("pk").pk, "post": Employment.objects.get(person=plain).pk,
        "difficulty": asked[0].pk, "difficulty2": asked[1].pk,
    }  # fmt: skip


def _proof(task_id: int) -> None:
    """Evidence on one of their tasks."""
    task = Task.objects.get(pk=task_id)
    with outside_actions():
        Evidence.objects.create(
            task=task, kind="file", text="bi-mat.pdf", size=4, sha256="0" * 64, media_type="application/pdf",
            added_by=task.person.user, added_at=AT,
        )  # fmt: skip


def _ours(model: type[Model]) -> bool:
    return model.__module__.startswith("thuocdo.")


def _keys(model: type[Model]) -> tuple[int, ...]:
    return tuple(model._default_manager.order_by("pk").values_list("pk", flat=True)[:2])


def urls(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(name, route, names of the variable parts) of every page but the JSON door."""
    for one in (resolver or get_resolver()).url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from urls(one, route)
        elif isinstance(one, URLPattern) and not route.startswith("api/"):
            yield str(one.name), route, tuple(_converters(route))


def _converters(route: str) -> Iterator[str]:
    for piece in route.split("<")[1:]:
        yield piece.split(">")[0].split(":")[-1]


def model_of(variable: str) -> str:
    """The label of the model whose key a variable part is."""
    stem = variable.removesuffix("_id")
    if stem in MODELS:
        return MODELS[stem]
    found = [m._meta.label_lower for m in apps.get_models() if _ours(m) and m._meta.model_name == stem]
    assert found, f"say in tests/abuse/strangers.py which model <{variable}> is"
    return found[0]


def _theirs(keys: dict[str, tuple[int, ...]], model: str) -> tuple[int, ...]:
    """Keys of theirs; a page whose object the first place lacks would be asked for nothing and always refuse."""
    assert keys.get(model), f"tests/integration/web/budget_world.py makes no {model}: its pages would not be tried"
    return keys[model]


def addresses(route: str, variable: tuple[str, ...], keys: dict[str, tuple[int, ...]] | None) -> Iterator[str]:
    """The address with every combination of `keys` (or with ids that nobody has)."""
    choices = [
        tuple(map(str, _theirs(keys, model_of(name)) if keys is not None else (2**31 - 7,)))
        if name.endswith("_id")
        else WORDS.get(name, ("khong-co",))
        for name in variable
    ]
    for chosen in product(*choices):
        address = "/" + route
        for text in chosen:
            before, _, rest = address.partition("<")
            address = before + text + rest.partition(">")[2]
        yield address


def signed_in(person: Person) -> Client:
    """A browser of this person that shows a failure as a page, as the server does."""
    client = Client(raise_request_exception=False)
    client.force_login(person.user)
    return client


def rows() -> dict[str, int]:
    """How many rows each protected table has."""
    return {m._meta.label_lower: m._default_manager.count() for m in protected_models()}
