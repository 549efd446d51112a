"""The instruments by name, in stacking order. Open to registration from outside the package."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from types import MappingProxyType
from typing import TypeVar

from policies.carbon_market import CarbonMarket
from policies.certification_quota import CertificationQuota
from policies.chain_leaders import ChainLeaders
from policies.consumer_vouchers import ConsumerVouchers
from policies.demonstration import Demonstration
from policies.diagnosis import Diagnosis
from policies.dual_control_mandate import DualControlMandate
from policies.equipment_industry import EquipmentIndustry
from policies.equipment_renewal import EquipmentRenewal
from policies.expert_corps import ExpertCorps
from policies.export_requirement import ExportRequirement
from policies.government_procurement import GovernmentProcurement
from policies.green_finance_catalogue import GreenFinanceCatalogue
from policies.green_power_programme import GreenPowerProgramme
from policies.information_platform import InformationPlatform
from policies.instrument import Instrument
from policies.interest_subsidy import ProjectListInterest, RetrofitLoanInterest
from policies.ledger import PAYERS
from policies.material_diagnosis import MaterialDiagnosis
from policies.parks_programme import ParksProgramme
from policies.power_obligation import PowerObligation
from policies.product_certification import ProductCertification
from policies.regional_cooperation import RegionalCooperation
from policies.retrofit_subsidy import RetrofitSubsidy
from policies.risk_pool import RiskPool
from policies.service_growth import ServiceGrowth
from policies.siting import Siting
from policies.standards_programme import StandardsProgramme
from policies.state_owned_procurement import StateOwnedProcurement
from policies.stock_diagnosis import StockDiagnosis
from policies.substance_mandate import SubstanceMandate
from policies.tax_credit import TaxCredit
from policies.technology_push import TechnologyPush
from policies.training import Training
from policies.waste_programme import WasteProgramme
from policies.zero_carbon_pilots import ZeroCarbonPilots

BUILT_IN: tuple[type[Instrument], ...] = (
    RetrofitSubsidy,
    TaxCredit,
    RetrofitLoanInterest,
    ProjectListInterest,
    RiskPool,
    Diagnosis,
    InformationPlatform,
    ServiceGrowth,
    CertificationQuota,
    GovernmentProcurement,
    StateOwnedProcurement,
    ConsumerVouchers,
    PowerObligation,
    CarbonMarket,
    ParksProgramme,
    ZeroCarbonPilots,
    StockDiagnosis,
    Siting,
    DualControlMandate,
    SubstanceMandate,
    MaterialDiagnosis,
    EquipmentRenewal,
    WasteProgramme,
    GreenPowerProgramme,
    GreenFinanceCatalogue,
    TechnologyPush,
    StandardsProgramme,
    Demonstration,
    Training,
    ExpertCorps,
    EquipmentIndustry,
    ChainLeaders,
    ExportRequirement,
    RegionalCooperation,
    ProductCertification,
)

AnyInstrument = TypeVar("AnyInstrument", bound=Instrument)

_classes: dict[str, type[Instrument]] = {}
_positions = count()


def register(cls: type[AnyInstrument]) -> type[AnyInstrument]:
    """Make an instrument known by its name, stacking after those before; usable as a class decorator.

    Raises:
        ValueError: if the name is empty or taken, the payer unknown, or no clause is given.
    """
    if not cls.name or cls.name in _classes:
        raise ValueError(f"an instrument needs a name of its own, not {cls.name!r}")
    if cls.payer not in PAYERS or not cls.clauses:
        raise ValueError(f"{cls.name} needs a clause and a payer out of {', '.join(PAYERS)}")
    cls.position = next(_positions)
    _classes[cls.name] = cls
    return cls


def unregister(name: str) -> None:
    """Forget an instrument.

    Raises:
        KeyError: if no instrument has that name.
    """
    del _classes[name]


def registered() -> Mapping[str, type[Instrument]]:
    """All instruments by name, in stacking order; a read-only view."""
    return MappingProxyType(_classes)


for _cls in BUILT_IN:
    register(_cls)
