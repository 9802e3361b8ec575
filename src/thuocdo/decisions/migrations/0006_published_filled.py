from typing import Any

from django.db import migrations
from django.db.models import Count, Exists, OuterRef

BATCH = 2000
UNIT = "sheet__member__evaluator_unit"


def fill(apps: Any, _editor: Any) -> None:
    """Old publications name what they named; what was decided after them is not published."""
    named = apps.get_model("decisions", "PublishedResult")._default_manager
    rows = []
    for key, results in apps.get_model("decisions", "Publication")._default_manager.values_list("pk", "results"):
        rows += [named.model(publication_id=key, confirmation_id=result) for result in results]
        if len(rows) >= BATCH:
            named.bulk_create(rows, batch_size=BATCH)
            rows = []
    named.bulk_create(rows, batch_size=BATCH)
    results = apps.get_model("appraisals", "Confirmation")._default_manager
    held = results.filter(~Exists(results.filter(replaces=OuterRef("pk"))), sheet__cycle__state="closed")
    left = held.exclude(sheet__state="under_review").filter(**{f"{UNIT}__isnull": False})
    left = left.filter(~Exists(named.filter(confirmation=OuterRef("pk"))))
    groups = left.order_by().values_list("sheet__cycle", UNIT).annotate(n=Count("pk"))
    counts = apps.get_model("decisions", "UnpublishedCount")._default_manager
    found = [counts.model(cycle_id=cycle, unit_id=unit, number=n) for cycle, unit, n in groups]
    counts.bulk_create(found, batch_size=BATCH)


def empty(apps: Any, _editor: Any) -> None:
    for name in ("PublishedResult", "UnpublishedCount"):
        apps.get_model("decisions", name)._default_manager.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0005_supplementary_publications"),
        ("appraisals", "0018_remarks_apart"),
        ("cycles", "0008_whole_reasons"),
    ]
    operations = [migrations.RunPython(fill, empty)]
