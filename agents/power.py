"""Green power: how the province is dispatched, what contracts deliver, and three accounts that never mix.

Supply is a quarterly balance in which thermal power is the residual. The physical, contractual and hybrid accounts
follow exact identities (see `accounts`). What a firm chooses to buy is in `agents.sourcing`.
"""

from __future__ import annotations

from dataclasses import dataclass

from agents.parameter import number


@dataclass(frozen=True)
class PowerParameters:
    """Numbers of the green-power block."""

    constant_certificates: float = number("logit", "taste for certificates against buying nothing")
    constant_wind_solar: float = number("logit", "taste for a wind or solar contract")
    constant_tradable_hydro: float = number("logit", "taste for a tradable-hydro contract")
    price_slope: float = number("logit per CNY/MWh", "weight of the cost per MWh of the firm's consumption")
    size_slope: float = number("logit per ln", "weight of ln consumption")
    size_reference: float = number("MWh/yr", "consumption at which the size term is zero")
    obligation_utility: float = number("logit", "utility of meeting an obligation")
    certification_utility: float = number("logit", "utility of helping the own certification")
    certification_share: float = number("share", "green share wanted by firms that aim at certification")
    voluntary_share: float = number("share", "green share bought without obligation or aim")
    certificate_price: float = number("CNY/MWh", "price of an unbundled green certificate in 2026")
    certificate_price_growth: float = number("1/yr", "yearly growth of the certificate price")
    wind_solar_premium: float = number("CNY/MWh", "premium of a wind or solar contract, year average")
    tradable_hydro_premium: float = number("CNY/MWh", "premium of a tradable-hydro contract, year average")
    certificate_fixed_cost: float = number("CNY/yr", "transaction cost of buying certificates")
    contract_fixed_cost: float = number("CNY/yr", "fixed cost of a power contract")
    local_certificate_share: float = number("share", "unbundled certificates bought from plants in the province")
    certificates_sold_outside: float = number("share", "tradable local certificates sold to other provinces")
    market_hydro_share: float = number("share", "existing hydropower kept in the province that market users buy")
    market_hydro_manufacturing: float = number("share", "manufacturing in what market users buy")
    fossil_factor: float = number("tCO2/MWh", "emissions of fossil power")
    thermal_capacity_2025: float = number("MW", "fossil capacity at the end of 2025")
    thermal_capacity_2030: float = number("MW", "fossil capacity at the end of 2030")
    must_run: float = number("share", "least output of fossil plants")
    most_run: float = number("share", "largest quarterly output of fossil plants")
    surplus_exported: float = number("share", "surplus hydro that is sold outside; the rest is spilled")
    exports_follow_hydrology: float = number("elasticity", "change of contract exports with hydro output")


@dataclass(frozen=True)
class Dispatch:
    """The province's quarter in MWh: what was used, what covered it, what left."""

    consumption: float
    hydro: float
    wind: float
    solar: float
    bioenergy: float
    thermal: float
    imports: float
    imports_nonfossil: float
    exports: float
    spilled: float

    @property
    def nonfossil(self) -> float:
        """Non-fossil supply used in the province, R = hydro - exports + wind + solar + bioenergy + imports."""
        return self.hydro - self.exports + self.wind + self.solar + self.bioenergy + self.imports_nonfossil

    @property
    def physical_share(self) -> float:
        """R over consumption."""
        return self.nonfossil / self.consumption

    def grid_factor(self, fossil_factor: float) -> float:
        """Emissions per MWh consumed, tCO2/MWh: everything that is not R counts at the fossil factor."""
        return (1.0 - self.physical_share) * fossil_factor


def dispatch(
    consumption: float, hydro: float, wind: float, solar: float, bioenergy: float, imports: float,
    imports_nonfossil_share: float, exports: float, thermal_capacity: float, parameters: PowerParameters,
) -> Dispatch:
    """Balance a quarter with thermal power as the residual.

    Thermal output stays between must-run and its largest quarterly output. A surplus is sold outside or spilled; a
    shortage cuts exports first and then raises imports.

    Args:
        consumption: MWh used in the province, own generation included.
        hydro: hydro available, MWh.
        wind: MWh.
        solar: MWh, own generation of firms included.
        bioenergy: MWh.
        imports: MWh.
        imports_nonfossil_share: share of imports that is not fossil.
        exports: contracted exports, MWh.
        thermal_capacity: MW.
        parameters: bounds and shares.

    Returns:
        A dispatch with supply = consumption + exports exactly.
    """
    hours = 8760.0 / 4.0
    low, high = (thermal_capacity * hours * share for share in (parameters.must_run, parameters.most_run))
    need = consumption + exports - hydro - wind - solar - bioenergy - imports
    thermal = min(max(need, low), high)
    surplus = max(low - need, 0.0)
    shortage = max(need - high, 0.0)
    spilled = surplus * (1.0 - parameters.surplus_exported)
    cut = min(shortage, exports)
    return Dispatch(
        consumption=consumption, hydro=hydro - spilled, wind=wind, solar=solar, bioenergy=bioenergy, thermal=thermal,
        imports=imports + shortage - cut, imports_nonfossil=(imports + shortage - cut) * imports_nonfossil_share,
        exports=exports - cut + surplus - spilled, spilled=spilled,
    )


def hydro_certificates(
    share: float, existing: float, room: float, left: float, parameters: PowerParameters
) -> tuple[float, float]:
    """Certificates of existing hydropower handed to its buyers, MWh: to manufacturing, and to other market users.

    Buyers get them pro rata to the market hydropower they buy. Nothing is handed over twice: together they stay within
    what is left of the province's non-fossil supply, and manufacturing's within what it uses and has not proved.

    Args:
        share: part of the market hydropower whose certificates follow the contract, 0..1.
        existing: hydropower used in the province that is not traded with its own certificates, MWh.
        room: non-fossil supply that nobody has claimed yet, MWh.
        left: consumption of manufacturing not yet proved green, MWh.
        parameters: market share of hydropower, part of manufacturing in it.
    """
    bought = share * parameters.market_hydro_share * max(existing, 0.0)
    handed = min(bought, max(room, 0.0))
    own = parameters.market_hydro_manufacturing * handed
    return min(own, max(left, 0.0)), handed - own


def ration_contracts(wanted: float, supply: float) -> float:
    """Share of wanted deliveries that can be served, 0..1; contracts of one kind are served pro rata."""
    tradable = max(supply, 0.0)
    return 1.0 if wanted <= tradable else tradable / wanted


@dataclass(frozen=True)
class Accounts:
    """Green electricity of manufacturing under three definitions, MWh, and the shares they imply."""

    consumption: float
    physical: float
    contractual: float
    hybrid: float
    province_hybrid: float
    """Hybrid volume of all consumers, MWh: R + certificates from outside - certificates sold outside."""
    province_consumption: float

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """Physical, contractual, hybrid share of manufacturing, and the hybrid share of the whole province."""
        use = self.consumption
        return (
            self.physical / use, self.contractual / use, self.hybrid / use,
            self.province_hybrid / self.province_consumption,
        )


def accounts(
    use: float, generation: float, contracts: float, certificates_local: float, certificates_outside: float,
    sold_outside: float, nonfossil: float, total: float, claimed_by_others: float = 0.0,
) -> Accounts:
    """Physical, contractual and hybrid green electricity of manufacturing in one period.

    Identities: physical shares of all consumers sum to R; contractual volumes are the certificates retired; hybrid
    volumes of all consumers sum to R + K_out - X while the residual mix is a share. All inputs and volumes in MWh.

    Args:
        use: consumption of manufacturing, own generation included.
        generation: own generation used on site.
        contracts: bundled deliveries, certificates that come with hydropower included.
        certificates_local: unbundled certificates issued in the province.
        certificates_outside: unbundled certificates issued elsewhere.
        sold_outside: local certificates sold to other provinces.
        nonfossil: R of the province.
        total: consumption of the province.
        claimed_by_others: local certificates held by consumers outside manufacturing.
    """
    grid_share = (nonfossil - generation) / (total - generation)
    physical = generation + grid_share * (use - generation)
    claims = generation + contracts + certificates_local + certificates_outside
    local = generation + contracts + certificates_local + claimed_by_others
    unclaimed = nonfossil - local - sold_outside
    unproved = total - claims - claimed_by_others
    residual = min(max(unclaimed / unproved, 0.0), 1.0) if unproved > 0.0 else 0.0
    hybrid = claims + residual * (use - claims)
    province = claims + claimed_by_others + residual * unproved
    return Accounts(use, physical, claims, hybrid, province, total)
