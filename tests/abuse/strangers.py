"""Two places: in one every kind of object exists, in the other stand strangers with every role and with none."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from django.apps import apps
from django.db.models import Max, Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import months
from tests.factories.people import give_role, make_person, make_unit
from tests.guards import outside_actions
from tests.integration.web import budget_world
from thuocdo.audit.tables import protected_models
from thuocdo.organisation.models import Person, Role, Unit
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
    "paper": "results.yearpaper",
}  # fmt: skip


@dataclass(frozen=True)
class Places:
    """The ids of everything in the first place, and who stands in the second."""

    ids: dict[str, tuple[int, ...]]
    strangers: dict[str, Person]
    own: dict[str, int]
    kept: dict[str, frozenset[int]]
    last: dict[str, int]

    def new_rows_of_theirs(self) -> list[str]:
        """Rows written since that point to a person, unit, period, sheet or task of the first place."""
        found = []
        for model in protected_models():
            for field in model._meta.concrete_fields:
                target = field.related_model
                if not isinstance(target, type) or target._meta.label_lower not in self.kept:
                    continue
                new = model._default_manager.filter(pk__gt=self.last[model._meta.label_lower])
                if new.filter(**{f"{field.name}__in": self.kept[target._meta.label_lower]}).exists():
                    found.append(f"{model._meta.label_lower}.{field.name}")
        return found


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
    kept = {
        label: frozenset(apps.get_model(label)._default_manager.values_list("pk", flat=True))
        for label in ("organisation.person", "organisation.unit", "cycles.cycle", "appraisals.sheet", "work.task")
    }
    people, own = _strangers()
    last = {m._meta.label_lower: m._default_manager.aggregate(last=Max("pk"))["last"] or 0 for m in protected_models()}
    return Places(theirs, people, own, kept, last)


def _strangers() -> tuple[dict[str, Person], dict[str, int]]:
    city = make_unit("TPX", "Ủy ban nhân dân tỉnh khác")
    place = make_unit("X", "Phường khác", Unit.Kind.PLACE)
    agency = make_unit("X-UB", "Ủy ban nhân dân phường khác", under=place, managed_by=city)
    make_person("X-CT", "Lò Văn Trên", city, "Chủ tịch", leadership="head")
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
    return people, {"cycle": month.pk, "sheet": filed.pk, "task": task.pk, "unit": agency.pk}


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
