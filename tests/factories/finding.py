"""The words of rows that a factory wrote past the actions."""

from thuocdo.decisions.models import Decision
from thuocdo.organisation.finding import index
from thuocdo.organisation.models import Person, PersonName, SearchEntry, Unit
from thuocdo.work.models import Evidence, Task

FINDABLE = (Decision, Evidence, Person, PersonName, Task, Unit)


def kept() -> dict[tuple[str, int], str]:
    """Words by kind and key, as they stand."""
    return {(kind, key): words for kind, key, words in SearchEntry.objects.values_list("kind", "key", "words")}


def words_anew() -> dict[tuple[str, int], str]:
    """Take the words of every row afresh, and give them."""
    SearchEntry.objects.all().delete()
    for model in FINDABLE:
        index.add(model, model.objects.all())
    return kept()
