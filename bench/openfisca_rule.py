"""The named alternative: the same month in OpenFisca-Core, as its country template teaches it (floats)."""

from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from bench.population import Month

PERIOD = "2026-10"
Line = build_entity("line", "lines", "A product line", is_person=True)
Official = build_entity("official", "officials", "A civil servant", roles=[{"key": "product", "plural": "products"}])
LINE_INPUTS = (
    "coefficient",
    "assigned",
    "completed",
    "quality_met",
    "on_time",
    "quality_errors",
    "late",
    "late_excused",
    "outside_plan",
    "handed_back",
)
OFFICIAL_INPUTS = ("general", "leader", "factors")


def _variable(name: str, entity: Any, formula: Any = None) -> type[Variable]:
    body: dict[str, Any] = {"value_type": float, "entity": entity, "definition_period": DateUnit.MONTH, "label": name}
    if formula is not None:
        body["formula"] = formula
    return type(name, (Variable,), body)


def _assigned(line: Any, period: Any) -> Any:
    return line("assigned", period) * line("coefficient", period) * (1 - line("outside_plan", period))


def _done(line: Any, period: Any) -> Any:
    return line("coefficient", period) * (1 - line("handed_back", period))


def _quantity(line: Any, period: Any) -> Any:
    return line("done_unit", period) * line("completed", period)


def _quality(line: Any, period: Any) -> Any:
    kept = np.maximum(1 - 0.25 * line("quality_errors", period), 0)
    return line("done_unit", period) * line("quality_met", period) * kept


def _progress(line: Any, period: Any) -> Any:
    kept = np.maximum(1 - 0.25 * (line("late", period) - line("late_excused", period)), 0)
    return line("done_unit", period) * line("on_time", period) * kept


def _score(official: Any, period: Any) -> Any:
    base = official.sum(official.members("assigned_converted", period))
    safe = np.where(base == 0, 1, base)
    parts = sum(official.sum(official.members(name, period)) / safe for name in ("quantity", "quality", "progress"))
    leader = official("leader", period)
    mean = (parts + leader * official("factors", period)) / np.where(leader == 1, 6, 3)
    return official("general", period) + np.minimum(70 * mean, 70)


def system() -> TaxBenefitSystem:
    """The rule as an OpenFisca tax-benefit system."""
    built = TaxBenefitSystem([Line, Official])
    for name in LINE_INPUTS:
        built.add_variable(_variable(name, Line))
    for name in OFFICIAL_INPUTS:
        built.add_variable(_variable(name, Official))
    formulas = {
        "assigned_converted": _assigned,
        "done_unit": _done,
        "quantity": _quantity,
        "quality": _quality,
        "progress": _progress,
    }
    for name, formula in formulas.items():
        built.add_variable(_variable(name, Line, formula))
    built.add_variable(_variable("score", Official, _score))
    return built


def prepare(rules: TaxBenefitSystem, month: Month) -> Simulation:
    """A simulation that holds the month's inputs (timed beside `rate`, and shown apart from it)."""
    counts = np.diff(month.offsets)
    nothing = np.flatnonzero(counts == 0)  # OpenFisca knows no group without members: they get one line of zeros
    owners = np.concatenate([np.repeat(np.arange(month.people), counts), nothing])
    builder = SimulationBuilder()
    builder.create_entities(rules)
    builder.declare_person_entity("line", np.arange(len(owners)))
    officials = builder.declare_entity("official", np.arange(month.people))
    builder.join_with_persons(officials, owners, np.array(["product"] * len(owners)))
    simulation = builder.build(rules)
    hundredths = {"coefficient", "assigned", "completed", "quality_met", "on_time"}
    for name in LINE_INPUTS:
        values = np.concatenate([getattr(month, name), np.zeros(len(nothing), dtype=np.int64)])
        simulation.set_input(name, PERIOD, values / 100 if name in hundredths else values.astype(float))
    simulation.set_input("general", PERIOD, month.marks.sum(axis=1) / 100)
    simulation.set_input("leader", PERIOD, (month.roles > 0).astype(float))
    simulation.set_input("factors", PERIOD, np.where(month.roles > 0, month.factors.sum(axis=1), 0) / 100)
    return simulation


def rate(simulation: Simulation) -> Any:
    """Scores of all officials."""
    return simulation.calculate("score", PERIOD)
