"""Words of opinions are for the evaluator in the post: who left it and may look for another reason reads figures."""

from typing import Any

from django.test import Client

from tests.factories.people import give_role
from tests.factories.schemes import filed
from tests.guards import outside_actions
from tests.integration.opinions.conftest import AT, World, answered, asked, closed, prepared, sent
from thuocdo.appraisals.opinions_beside import opinions_beside
from thuocdo.audit.models import Event
from thuocdo.organisation.models import Employment


def test_a_former_head_who_inspects_reads_figures_on_the_record(world: World, client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    cast, me = world.cast, world.cast.officer_appraised
    head: Any = cast.head.user
    one = sent(asked(prepared(world, (me,)), world.six))
    for rater in world.six:
        if rater != me:
            answered(one, rater, text="Sẵn sàng giúp đồng nghiệp")
    sheet = filed(world.cycle, me, {"marks.total": "82"})
    closed(one, cast.head, at=AT)
    client.force_login(head)
    page = f"/y-kien/canh-phieu/{sheet.pk}/"
    assert "Sẵn sàng" in client.get(page).content.decode()
    assert not Event.objects.filter(code="sheet.viewed").exists()
    with outside_actions():
        Employment.objects.filter(person=cast.head).update(end=AT.date())
    give_role(cast.head, cast.ward, "inspector")
    assert not opinions_beside(head, sheet.pk, AT).evaluates
    after = client.get(page).content.decode()
    assert "trung bình 80,0 điểm" in after
    assert "Sẵn sàng" not in after
    assert Event.objects.filter(code="sheet.viewed").count() == 1
