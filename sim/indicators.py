"""The registry of indicators: name, unit, Chinese and English label of every column of the results."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Indicator:
    """One column of the quarterly results.

    Attributes:
        name: column name.
        unit: unit.
        zh: Chinese label.
        en: English label.
        extensive: whether the value grows with the number of firms (a sample of the province holds its share).
    """

    name: str
    unit: str
    zh: str
    en: str
    extensive: bool = False


_TABLE = (
    ("firms", "firms", "规上制造业企业数", "Above-scale manufacturers", True),
    ("green_power_share", "share", "绿色电力消费占比(混合口径)", "Green electricity share (hybrid account)", False),
    ("green_power_share_physical", "share", "绿色电力消费占比(物理口径)",
     "Green electricity share (physical account)", False),
    ("green_power_share_contractual", "share", "绿色电力消费占比(合同口径)",
     "Green electricity share (contractual account)", False),
    ("green_power_share_province", "share", "绿色电力消费占比(混合口径,全省)",
     "Green electricity share (hybrid, all consumers)", False),
    ("electricity", "MWh", "制造业用电量", "Manufacturing electricity", True),
    ("green_electricity_hybrid", "MWh", "制造业绿色电量(混合口径)", "Green electricity, hybrid", True),
    ("green_electricity_physical", "MWh", "制造业绿色电量(物理口径)", "Green electricity, physical", True),
    ("green_electricity_contractual", "MWh", "制造业绿色电量(合同口径)", "Green electricity, contractual", True),
    ("province_electricity", "MWh", "全社会用电量", "Electricity of all consumers", True),
    ("province_green_electricity", "MWh", "全社会绿色电量(混合口径)", "Green electricity, all consumers, hybrid", True),
    ("onsite_generation", "MWh", "分布式光伏自用电量", "Own generation used on site", True),
    ("contracts_delivered", "MWh", "绿电合同交付电量", "Green contracts delivered", True),
    ("contracts_served_share", "share", "绿电合同履约率", "Share of wanted contracts delivered", False),
    ("certificates_bought", "MWh", "绿证购买量", "Unbundled certificates bought", True),
    ("grid_factor", "tCO2/MWh", "电网排放因子", "Grid emission factor", False),
    ("green_factory_output_share", "share", "绿色工厂产值占比", "Green factories' share of output", False),
    ("green_factories", "factories", "绿色工厂数量", "Green factories", True),
    ("certification_applicants", "firms", "绿色工厂申报企业", "Applicants for certification", True),
    ("retrofit_coverage", "share", "绿色融合技改覆盖率", "Firms with a retrofit round since 2026", False),
    ("retrofit_coverage_above_floor", "share", "绿色融合技改覆盖率(50万元以上)",
     "Firms with a round of at least 0.5 m CNY", False),
    ("retrofit_coverage_since_2021", "share", "绿色融合技改覆盖率(2021年以来)",
     "Firms with a round since 2021", False),
    ("retrofit_coverage_with_replacement", "share", "绿色融合技改覆盖率(含设备同类更新)",
     "Firms with a round, replacements included", False),
    ("retrofit_coverage_output", "share", "绿色融合技改覆盖率(按产值)", "Coverage weighted by output", False),
    ("retrofit_projects", "projects", "完成技改项目", "Retrofit projects completed", True),
    ("retrofit_projects_above_floor", "projects", "完成技改项目(50万元以上)",
     "Projects of at least 0.5 m CNY completed", True),
    ("key_sector_round", "share", "重点行业技改覆盖率", "Key-industry firms with a round", False),
    ("key_firm_diagnosis", "share", "重点企业诊断覆盖率", "Key firms diagnosed", False),
    ("diagnoses", "firms", "诊断企业", "Diagnoses carried out", True),
    ("aware_share", "share", "知晓率", "Firms that know the measures", False),
    ("output", "m CNY", "实际总产值", "Real gross output", True),
    ("energy", "tce", "能源消费量(当量值)", "Energy use (calorific)", True),
    ("co2", "t", "二氧化碳排放", "CO2, direct and indirect", True),
    ("co2_direct", "t", "直接二氧化碳排放", "Direct CO2", True),
    ("energy_intensity", "tce per 10k CNY (2025 prices)", "能耗强度", "Energy intensity", False),
    ("carbon_intensity", "tCO2 per 10k CNY (2025 prices)", "碳排放强度", "Carbon intensity", False),
    ("energy_intensity_2025", "tce per 10k CNY (2025 prices)", "2025年能耗强度", "Energy intensity in 2025", False),
    ("carbon_intensity_2025", "tCO2 per 10k CNY (2025 prices)", "2025年碳排放强度", "Carbon intensity in 2025", False),
    ("energy_effect_activity", "tce/yr", "能耗变化:规模效应", "Energy change since 2025: activity", True),
    ("energy_effect_structure", "tce/yr", "能耗变化:结构效应", "Energy change since 2025: structure", True),
    ("energy_effect_efficiency", "tce/yr", "能耗变化:效率效应", "Energy change since 2025: efficiency", True),
    ("carbon_effect_activity", "t/yr", "碳排放变化:规模效应", "CO2 change since 2025: activity", True),
    ("carbon_effect_structure", "t/yr", "碳排放变化:结构效应", "CO2 change since 2025: structure", True),
    ("carbon_effect_efficiency", "t/yr", "碳排放变化:效率效应", "CO2 change since 2025: efficiency", True),
    ("bottleneck_unaware", "firms", "瓶颈:不知晓", "Bottleneck: unaware", True),
    ("bottleneck_waiting", "firms", "瓶颈:等待时机", "Bottleneck: waiting for an opportunity", True),
    ("bottleneck_uneconomic", "firms", "瓶颈:不经济", "Bottleneck: uneconomic", True),
    ("bottleneck_ineligible", "firms", "瓶颈:无适用措施", "Bottleneck: no open option", True),
    ("bottleneck_unfinanced", "firms", "瓶颈:融资不足", "Bottleneck: unfinanced", True),
    ("bottleneck_queued", "firms", "瓶颈:排队", "Bottleneck: queued", True),
    ("bottleneck_in_progress", "firms", "实施中", "In progress", True),
    ("bottleneck_done", "firms", "已完成", "Done", True),
    ("private_investment", "m CNY", "企业技改投资", "Cost of completed projects", True),
    ("public_outlay", "m CNY", "财政支出", "Public outlays", True),
    ("forgone_tax", "m CNY", "税收减免", "Tax forgone", True),
    ("credit_approval_rate", "share", "贷款获批率", "Loan applications approved so far", False),
    ("loans_outstanding", "m CNY", "技改贷款余额", "Retrofit loans outstanding", True),
    ("guarantees_outstanding", "m CNY", "担保余额", "Guarantees outstanding", True),
    ("pool_balance", "m CNY", "风险补偿资金余额", "Risk pool balance", True),
    ("service_providers", "providers", "服务机构数", "Service providers", False),
    ("label_value_median", "m CNY/yr", "绿色工厂标识年价值(中位数)", "Yearly value of the label, median firm", False),
    ("green_product_firms", "firms", "绿色产品认证企业", "Firms with a certified green product", True),
    ("carbon_footprint_firms", "firms", "产品碳足迹企业", "Firms with a product carbon footprint", True),
    ("chain_leaders_asking", "share", "提出绿色要求的链主占比", "Chain leaders that ask suppliers for proof", False),
    ("chain_asked_firms", "firms", "被链主提出要求的供应商", "Suppliers asked for proof by a chain leader", True),
    ("chain_platform_firms", "firms", "绿色设计平台服务企业", "Firms served by a design platform", True),
    ("exposed_exports", "m CNY/yr", "面临绿色要求的出口", "Exports that need carbon or green proof", True),
    ("recognised_exports", "m CNY/yr", "认证获认可的出口", "Exports whose local proof is recognised", True),
    ("green_demand", "m CNY/yr", "绿色采购预留额", "Purchases reserved for certified firms", True),
    ("green_demand_government", "m CNY/yr", "政府绿色采购预留额", "Government purchases reserved", True),
    ("green_demand_state_owned", "m CNY/yr", "国企绿色采购预留额", "State-owned purchases reserved", True),
    ("green_demand_vouchers", "m CNY/yr", "消费券绿色预留额", "Voucher sales reserved", True),
    ("procurement_awards", "m CNY/yr", "认证企业中标额", "Reserved purchases won by certified firms", True),
    ("procurement_awards_government", "m CNY/yr", "政府采购认证企业中标额", "Won from government", True),
    ("procurement_awards_state_owned", "m CNY/yr", "国企采购认证企业中标额", "Won from state-owned buyers", True),
    ("procurement_awards_vouchers", "m CNY/yr", "消费券认证企业中标额", "Won from voucher holders", True),
    ("mill_route_changes", "mills", "钢厂工艺路线变更", "Mills that chose a new route", True),
)

INDICATORS: dict[str, Indicator] = {row[0]: Indicator(*row) for row in _TABLE}
"""All indicators by name, in the order of the result columns."""
