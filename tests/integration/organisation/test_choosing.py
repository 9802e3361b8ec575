"""A choice among units: all where few, found by words or code where many, what was chosen always among them."""

import pytest

from tests.cast import Cast
from thuocdo.organisation import choosing
from thuocdo.organisation.finding import index
from thuocdo.organisation.models import Unit


def test_many_units_are_looked_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    every = choosing.choice(Unit.objects.all())
    assert len(every.units) == Unit.objects.count()
    assert (every.many, every.more) == (False, False)
    monkeypatch.setattr(choosing, "MOST", 2)
    first = choosing.choice(Unit.objects.all())
    assert (len(first.units), first.many, first.more) == (2, True, True)
    economy = cast.economy
    index.add(Unit, Unit.objects.all())
    kept = choosing.choice(Unit.objects.all(), chosen=economy.pk)
    assert economy in kept.units
    for typed in ("phong kinh te", economy.code.lower()):
        found = choosing.choice(Unit.objects.filter(pk=economy.pk), typed)
        assert (found.units, found.many) == ((economy,), True), typed
    nothing = choosing.choice(Unit.objects.all(), "khong co don vi nay", chosen=economy.pk)
    assert nothing.units == (economy,)
    assert not choosing.choice(Unit.objects.none())
