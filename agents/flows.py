"""What the phases made of the terms of a quarter, out of which each instrument books its outlays."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Flows:
    """What happened in one quarter, for the instruments to book. Money in m CNY."""

    grants: float = 0.0
    """Grants awarded."""
    tax_credits: float = 0.0
    """Income tax forgone on projects that were approved."""
    interest_subsidies: dict[int, float] = field(default_factory=dict)
    """Interest subsidies granted, by the window that pays."""
    guarantees_issued: float = 0.0
    """Guaranteed part of new loans (a contingent liability)."""
    pool_claims: float = 0.0
    """Claims the risk pool paid."""
    diagnoses: int = 0
    """Diagnoses carried out."""
    material_diagnoses: int = 0
    """Diagnoses of raw and auxiliary materials carried out."""
    retirement_orders: int = 0
    """Firms ordered to retire over-age main equipment."""
    measure_grants: dict[int, float] = field(default_factory=dict)
    """Grants on single measures, by the window that pays."""
    managers_trained: int = 0
    """Managers trained."""
    clinic_visits: int = 0
    """Firms visited by an expert team."""
    pilots: int = 0
    """Pilots of breakthrough measures completed."""
    standards: int = 0
    """Standards issued, design standards among them."""
    design_standards: int = 0
    """Design standards issued."""
    certification_awards: float = 0.0
    """Awards for newly approved green factories."""
    park_outlays: float = 0.0
    """Awards for newly approved green parks and planning of whole-park retrofits."""
    stock_diagnoses: float = 0.0
    """Green factories and parks of the 2025 list diagnosed; in a sample a park counts by the sample's share."""
    voucher_sales_reserved: float = 0.0
    """Voucher-supported sales tied to certification."""
    procurement_awards: float = 0.0
    """Government purchases won by certified factories from the reserved share."""
    procurement_premium: float = 0.0
    """Price premium the government pays on them."""
