"""Regulations on rulebooks of schemes: maxima that add up, stricter bounds, readings; months they bind."""

from typing import Any

import pytest

from tests.cast import Cast
from tests.integration.rulesets.conftest import AT, TYPED, user
from thuocdo.cycles.actions import approve_regulation, propose_regulation
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.kernel.errors import Refusal
from thuocdo.rulesets import actions, catalogue
from thuocdo.rulesets.models import Binding, Regulation, RegulationText

AGENCIES = "state/nd-335-2025-agencies"
PART = "fill-agency.score.groups.general.parts.{}.max"
HEADER = {name: TYPED[name] for name in ("title", "issuer", "by", "reason", "month")}
PARTS = {
    **{PART.format(slug): points for slug, points in (("policy", "10"), ("people", "12,5"), ("reform", "7,5"))},
    **{f"{PART.format(slug)}-article": f"Điều {n}" for n, slug in enumerate(("policy", "people", "reform"), start=3)},
}


def begun(cast: Cast, key: str, **typed: str) -> Regulation:
    officer = user(cast.organisation_officer)
    made = actions.begin_regulation(by=officer, at=AT, unit_id=cast.ward.pk, rulebook=key)
    return actions.save_regulation(
        by=officer, at=AT, regulation_id=made.pk, revision=made.revision, typed={**HEADER, **typed}
    )


def proposed(cast: Cast, key: str, **typed: str) -> Regulation:
    made = begun(cast, key, **typed)
    step: dict[str, Any] = {"at": AT, "regulation_id": made.pk, "revision": made.revision}
    return propose_regulation(by=user(cast.organisation_officer), **step)


def approved(cast: Cast, key: str, **typed: str) -> SchemeBook:
    made = proposed(cast, key, **typed)
    approve_regulation(by=user(cast.chairman), at=AT, regulation_id=made.pk, revision=made.revision)
    book = catalogue.load_any(key, (RegulationText.objects.get().key,))
    assert isinstance(book, SchemeBook)
    return book


def test_maxima_of_parts_are_filled_and_cited(cast: Cast) -> None:
    book = approved(cast, AGENCIES, **PARTS)
    score = book.scheme("agency").score
    assert score is not None
    assert [str(part.max) for part in score.groups[0].parts] == ["10", "12.5", "7.5"]
    settlement = book.filled["agency.score.groups.general.parts.people.max"]
    assert settlement.cite[0].text() == "Điều 4 Quy chế đánh giá của phường Bồ Đề"
    assert settlement.reason == HEADER["reason"]
    assert not Binding.objects.exists()


def test_parts_that_do_not_add_up_are_refused_with_the_article(cast: Cast) -> None:
    with pytest.raises(Refusal) as refused:
        proposed(cast, AGENCIES, **{**PARTS, PART.format("reform"): "8"})
    assert refused.value.field == PART.format("reform")
    assert "đang cộng 30,5 trên 30 điểm, thừa 0,5" in refused.value.message
    assert "Nghị định 335/2025" in refused.value.message


def test_bounds_rise_and_quotas_sink_only(cast: Cast) -> None:
    lower, higher = "lower-agency.quotas.excellent.percent", "raise-agency.levels.excellent.score.at_least"
    why = {
        f"{name}{part}": text
        for name in (lower, higher)
        for part, text in (("-article", "Điều 2"), ("-reason", "Siết"))
    }
    with pytest.raises(Refusal, match="thấp hơn 90 điểm của quy định cấp trên"):
        proposed(cast, AGENCIES, **{**why, higher: "85"})
    made = Regulation.objects.get()
    actions.drop_regulation(by=user(cast.organisation_officer), at=AT, regulation_id=made.pk, revision=made.revision)
    book = approved(cast, AGENCIES, **{**why, higher: "92", lower: "10"})
    scheme = book.scheme("agency")
    assert str(scheme.quotas[0].percent) == "10"
    assert getattr(scheme.levels[0].when[0], "at_least", None) == 92


def test_a_reading_and_a_table_of_ones_own(cast: Cast) -> None:
    table = "parts-monthly.score.groups.discipline"
    why = {f"{name}{part}": text for name in (table, "settle-bound_90")
           for part, text in (("-article", "Điều 7 khoản 2"), ("-reason", "Thống nhất"))}  # fmt: skip
    book = approved(
        cast, "local/ha-noi-3814-2018",
        **{**why, table: "Giờ giấc: 8\nTrang phục: 12", "settle-bound_90": "below_90"},
    )  # fmt: skip
    score = book.scheme("monthly").score
    assert score is not None
    group = next(g for g in score.groups if g.slug == "discipline")
    assert [(part.label, str(part.max)) for part in group.parts] == [("Giờ giấc", "8"), ("Trang phục", "12")]
    assert book.settled["bound_90"].reading == "below_90"


def test_a_table_that_does_not_add_up(cast: Cast) -> None:
    table = "parts-monthly.score.groups.discipline"
    with pytest.raises(Refusal, match="các phần cộng lại được 19 điểm, khác 20 điểm của nhóm") as refused:
        proposed(cast, "local/ha-noi-3814-2018", **{table: "Giờ giấc: 8\nTrang phục: 11"})
    assert refused.value.field == table
    assert "3814-QĐ/TU" in refused.value.message


def test_a_regulation_on_a_monthly_scheme_binds_the_people_it_names(cast: Cast) -> None:
    maxima = {f"fill-monthly.score.groups.{slug}.max": points for slug, points in
              (("discipline", "20"), ("results", "70"), ("bonus", "10"))}  # fmt: skip
    why = {f"{name}{part}": text for name in (*maxima,) for part, text in (("-article", "Điều 2"), ("-reason", "Chia"))}
    approved(cast, "local/ha-noi-3251-2022", **maxima, **why, **{"kind-civil_servant": "1"})
    binding = Binding.objects.get()
    assert (binding.subject_kind, binding.rulebook) == ("civil_servant", "local/ha-noi-3251-2022")
    assert binding.overlays == [RegulationText.objects.get().key]
