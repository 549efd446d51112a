"""The firm: which columns describe it, its view as a Mesa agent, and the set of firms alive.

Every column is declared once, in the body of `Firm`, with type, unit and meaning; `FIRM_COLUMNS` lists them.
Units: money in m CNY at 2025 prices, energy in tce a year (calorific) by carrier, electricity in MWh, CO2 in
t, quarters as absolute ordinals (year * 4 + quarter - 1), shares and ratios as fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.agent_set import ColumnarAgentSet
from agents.array_types import FloatArray
from agents.carriers import CARRIERS
from agents.columns import Column, ColumnarAgent, columns_of
from agents.store import ColumnStore

SIZE_CLASSES = ("large", "medium", "small", "micro")
OWNERSHIPS = ("state", "foreign", "private", "other_domestic")
STAGES = ("none", "queued", "in_progress")
OUTCOMES = ("nothing_worthwhile", "refused_finance", "approved")
BOTTLENECKS = ("unaware", "waiting", "uneconomic", "ineligible", "unfinanced", "queued", "in_progress",
               "done")
CERTIFICATION_DIMENSIONS = ("energy", "resource", "clean", "product", "land")


def _amount(unit: str, doc: str, default: float = 0.0) -> Column[float]:
    return Column(np.float64, unit, doc, default=default)


def _amounts(unit: str, doc: str, labels: Sequence[str], default: float = 0.0) -> Column[FloatArray]:
    return Column(np.float64, unit, doc, (len(labels),), default, tuple(labels))


def _code(dtype: type[np.integer[Any]], unit: str, doc: str, default: int = 0) -> Column[int]:
    return Column(dtype, unit, doc, default=default)


def _flag(doc: str) -> Column[bool]:
    return Column(np.bool_, "yes/no", doc, default=False)


class Firm(ColumnarAgent):
    """One firm: a view of one row of the firm columns. Take it from the model's `Firms`, as in `firms[3]`."""

    # Identity and kind, fixed from birth.
    unique_id = _code(np.int64, "id", "identifier: birth slot + 1")
    sector = _code(np.int16, "index", "row in the province's sectors")
    prefecture = _code(np.int16, "index", "row in the province's prefectures")
    subtype = _code(np.int16, "index", "0 generic, else 1 + row in the province's sub-types")
    size_class = _code(np.int8, "code", "position in SIZE_CLASSES")
    ownership = _code(np.int8, "code", "position in OWNERSHIPS")
    park = _code(np.int16, "index", "industrial park, -1 none", default=-1)
    plant = _code(np.int16, "index", "row in the province's plants, -1 none", default=-1)
    arrival = _code(np.int32, "quarter", "quarter from which the firm exists")
    revenue_base = _amount("m CNY/yr", "revenue at the end of 2025, or on arrival")
    energy_base = _amounts("tce/yr", "energy use at the base revenue", CARRIERS)
    process_co2_base = _amount("t/yr", "process CO2 at the base revenue")
    cash_share = _amount("share", "own cash available for projects, of revenue")
    default_probability = _amount("1/yr", "probability of defaulting on a loan")
    management = _amount("sd", "management quality, standard normal")
    export_share = _amount("share", "exports in revenue")
    size_score = _amount("sd", "standard score of log revenue within the sector")
    library_rank = _amount("rank", "place in the project library, 0..1, small is first")
    equipment_age = _amount("years", "age of the main equipment at 2021Q1 or on arrival")
    tax_rank = _amount("rank", "place in line for the equipment tax credit, 0..1, small is first")
    clause_ii11 = _flag("falls under clause II-11 of the plan")
    chain_member = _flag("belongs to a key industrial chain")
    key_firm = _flag("key energy user: more than 10 ktce a year in a key industry")
    ets_covered_2024 = _flag("in the national carbon market since 2024")
    ets_covered_2027 = _flag("in the national carbon market once it is extended")
    certification_award_city = _amount("m CNY", "award of the prefecture for a new green factory")
    certified_initial = _flag("listed as a green factory at the start")
    certification_latent = _amounts("sd", "standing in the dimensions of the green factory standard, "
                                    "within the sector", CERTIFICATION_DIMENSIONS)

    # Life and knowledge.
    alive = _flag("exists in this quarter: the membership of the firms' agent set")
    aware = _flag("knows its retrofit options")
    diagnosed = _flag("has had an energy diagnosis")
    diagnosed_since_2026 = _flag("has had a diagnosis since 2026Q1")
    material_diagnosed = _flag("has had a diagnosis of its raw and auxiliary materials")
    equipment_renewed = _code(np.int32, "quarter", "last renewal of main equipment, -1 never", default=-1)
    training = _amount("sd", "management quality gained in training, fading")
    generation = _code(np.int16, "count", "equipment generation, 0 at the start")

    # Retrofit projects.
    rounds = _code(np.int16, "projects", "completed since 2026Q1")
    rounds_above_floor = _code(np.int16, "projects", "completed since 2026Q1, at or above the cost floor")
    rounds_since_2021 = _code(np.int16, "projects", "completed since 2021Q1")
    like_for_like = _code(np.int16, "count", "replacements of main equipment, with a measure or without, since 2026Q1")
    stage = _code(np.int8, "code", "position in STAGES")
    stage_since = _code(np.int32, "quarter", "quarter in which the stage began, -1 never", default=-1)
    project_cost = _amount("m CNY", "cost of the project at hand")
    project_ends = _code(np.int32, "quarter", "quarter in which the project at hand is completed", default=-1)
    grants_received = _amount("m CNY", "grants awarded so far")
    last_outcome = _code(np.int8, "code", "last opportunity: position in OUTCOMES, -1 none yet", default=-1)
    bottleneck = _code(np.int8, "code", "position in BOTTLENECKS")

    # Output, energy and emissions now.
    revenue = _amount("m CNY/yr", "revenue")
    activity = _amount("ratio", "output relative to the base revenue", default=1.0)
    energy = _amounts("tce/yr", "energy use", CARRIERS)
    electricity_mwh = _amount("MWh/yr", "electricity use")
    energy_intensity_ratio = _amounts("ratio", "energy use per activity relative to the base", CARRIERS, 1.0)
    added_electricity = _amount("MWh/yr", "electricity that measures added, per unit of activity")
    added_gas = _amount("tce/yr", "natural gas that fuel switching added, per unit of activity")
    alternative_fuel = _amount("tce/yr", "alternative fuel that replaced coal, per unit of activity")
    process_co2_ratio = _amount("ratio", "process CO2 per activity relative to the base", default=1.0)
    fuel_co2_ratio = _amount("ratio", "CO2 of burnt fuel that is emitted, below one after capture", default=1.0)
    onsite_generation = _amount("MWh/yr", "own power generation, such as rooftop solar")

    # Finance.
    loan = _amount("m CNY", "outstanding green loan")
    loan_guaranteed = _amount("m CNY", "part of the loan that the risk pool guarantees")
    loan_installment = _amount("m CNY/quarter", "repayment of principal")

    # Green power and certification.
    sourcing = _code(np.int8, "code", "position in SOURCING")
    contracted_share = _amount("share", "green part of electricity use contracted for the year")
    green_share = _amount("share", "green part of electricity use, delivered this quarter")
    certified = _flag("listed as a green factory")
    certified_national = _flag("listed at the national level")
    applied = _flag("has applied for certification this year")
    certified_since = _code(np.int32, "quarter", "quarter of approval, -1 never", default=-1)
    certification_score = _amount("points", "score in the green factory standard, 0..100")
    label_value = _amount("m CNY/yr", "expected value of being certified")

    # Green products and supply chains.
    green_product = _flag("has a certified green product")
    green_product_since = _code(np.int32, "quarter", "quarter of its certification, -1 never", default=-1)
    carbon_footprint = _flag("has the carbon footprint of a product certified")
    product_value = _amount("m CNY/yr", "expected value of a certified green product")
    footprint_value = _amount("m CNY/yr", "expected value of a carbon footprint")
    chain_value = _amount("m CNY/yr", "profit at stake with chain leaders that ask for proof")
    chain_asked = _flag("supplies a chain leader that asks for proof")

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures the firm has adopted."""
        return tuple(self.model.adopted_measures(self.row))

    def explain(self, lang: str = "en") -> str:
        """Say in words ("en" or "zh") what the firm faces and why it stands where it stands."""
        return str(self.model.explain_firm(self.row, lang))

    def __repr__(self) -> str:
        if not self.alive:
            return f"Firm({self.unique_id}: not alive)"
        return (f"Firm({self.unique_id}: {SIZE_CLASSES[self.size_class]}, {OWNERSHIPS[self.ownership]}, "
                f"sector row {self.sector}, revenue {self.revenue:.1f} m CNY, {self.rounds} rounds, "
                f"{BOTTLENECKS[self.bottleneck]})")


FIRM_COLUMNS = columns_of(Firm)


class Firms(ColumnarAgentSet[Firm]):
    """The firms alive now, in the order of their rows; `firms.store` also holds past and future firms.

    Membership follows the column `alive`. It is read once and kept until `refresh()`, which the model calls
    after entry and exit, so a set does not change while somebody iterates over it.
    """

    def __init__(self, model: Any, store: ColumnStore) -> None:
        super().__init__(model, store, Firm, ())
        self.refresh()

    def refresh(self) -> None:
        """Read the membership from the column `alive` again."""
        self._rows = np.flatnonzero(self.store.arrays["alive"])
        self._permutations = self.store.permutations

    def _arranged(self, rows: NDArray[np.intp], inplace: bool) -> ColumnarAgentSet[Firm]:
        if inplace and len(rows) != len(self):
            raise TypeError("the model's firms are those alive: select into a new set, without inplace=True")
        return super()._arranged(rows, inplace)
