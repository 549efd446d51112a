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
    ("green_power_share_physical_province", "share", "绿色电力消费占比(物理口径,全省)",
     "Green electricity share (physical, all consumers)", False),
    ("green_power_share_contractual_province", "share", "绿色电力消费占比(合同口径,全省)",
     "Green electricity share (contractual, all consumers)", False),
    ("electricity", "MWh", "制造业用电量", "Manufacturing electricity", True),
    ("green_electricity_hybrid", "MWh", "制造业绿色电量(混合口径)", "Green electricity, hybrid", True),
    ("green_electricity_physical", "MWh", "制造业绿色电量(物理口径)", "Green electricity, physical", True),
    ("green_electricity_contractual", "MWh", "制造业绿色电量(合同口径)", "Green electricity, contractual", True),
    ("province_electricity", "MWh", "全社会用电量", "Electricity of all consumers", True),
    ("province_green_electricity", "MWh", "全社会绿色电量(混合口径)", "Green electricity, all consumers, hybrid", True),
    ("province_green_electricity_physical", "MWh", "全社会绿色电量(物理口径)",
     "Green electricity, all consumers, physical", True),
    ("province_green_electricity_contractual", "MWh", "全社会绿色电量(合同口径)",
     "Green electricity, all consumers, contractual", True),
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
    ("green_parks", "parks", "绿色工业园区数量", "Green industrial parks", False),
    ("green_park_applicants", "parks", "绿色园区申报", "Parks applying for the green list", False),
    ("park_projects", "parks", "启动整体改造的园区", "Parks with a whole-park retrofit so far", False),
    ("zero_carbon_sites", "sites", "零碳工厂和零碳园区", "Zero-carbon factories and parks", False),
    ("zero_carbon_parks", "parks", "零碳园区", "Zero-carbon parks", False),
    ("zero_carbon_pilots_building", "parks", "在建零碳园区试点", "Zero-carbon pilots under construction", False),
    ("zero_carbon_sites_2025", "sites", "2025年零碳工厂和零碳园区", "Zero-carbon sites in 2025", False),
    ("zero_carbon_parks_2025", "parks", "2025年零碳园区", "Zero-carbon parks in 2025", False),
    ("existing_green_diagnosis", "share", "存量绿色工厂和园区诊断覆盖率",
     "Green factories and parks of 2025 diagnosed", False),
    ("existing_green_factory_diagnosis", "share", "存量绿色工厂诊断覆盖率", "Green factories of 2025 diagnosed", False),
    ("clean_zone_entry_share", "share", "新增高载能产能落户三州一市占比",
     "New energy-intensive capacity in the clean-energy zone", False),
    ("entrants_refused", "firms", "节能审查未予准入企业", "Entrants refused by the energy review so far", True),
    ("mandated_firms", "firms", "双控约束企业", "Firms under the carbon mandate", True),
    ("material_diagnoses", "firms", "原辅材料替代诊断企业", "Material diagnoses carried out", True),
    ("material_substitution", "share", "原辅材料替代率", "Firms concerned with substituted materials", False),
    ("replacements", "firms", "主要设备更新企业", "Main equipment renewed", True),
    ("retirement_orders", "firms", "责令淘汰设备企业", "Equipment retired by order", True),
    ("over_age_share", "share", "超期设备企业占比", "Firms with over-age equipment", False),
    ("measure_grants", "m CNY", "单项措施奖补", "Grants on single measures", True),
    ("electrification_share", "share", "电气化率", "Electricity in energy use", False),
    ("pv_mw", "MW", "厂区光伏装机", "On-site solar capacity", True),
    ("hydro_certificates", "MWh", "存量水电绿证划转量", "Existing-hydro certificates handed over", True),
    ("solid_waste_utilisation", "share", "制造业固废综合利用率", "Solid waste used, manufacturing", False),
    ("solid_waste_utilisation_province", "share", "全省工业固废综合利用率", "Solid waste used, province", False),
    ("solid_waste_utilisation_2025", "share", "2025年制造业固废综合利用率", "Solid waste used in 2025, manufacturing",
     False),
    ("solid_waste_utilisation_province_2025", "share", "2025年全省工业固废综合利用率",
     "Solid waste used in 2025, province", False),
    ("solid_waste_generated", "Mt", "制造业固废产生量", "Solid waste arising, manufacturing", True),
    ("solid_waste_utilised", "Mt", "制造业固废利用量", "Solid waste used, manufacturing", True),
    ("solid_waste_generated_province", "Mt", "全省工业固废产生量", "Solid waste arising, province", True),
    ("solid_waste_utilised_province", "Mt", "全省工业固废利用量", "Solid waste used, province", True),
    ("distillers_grains_utilisation", "share", "酒糟综合利用率", "Distillers' grains used", False),
    ("new_waste_recovery", "share", "退役电池与光伏组件规范回收率", "Batteries and modules recovered", False),
    ("feedstock_adoption", "share", "低碳原料措施采用率", "Low-carbon feedstock options in place", False),
    ("remanufacturing_adoption", "share", "再制造采用率", "Firms concerned that remanufacture", False),
    ("mill_route_changes", "mills", "钢厂工艺路线变更", "Mills that chose a new route", True),
)

INDICATORS: dict[str, Indicator] = {row[0]: Indicator(*row) for row in _TABLE}
"""All indicators by name, in the order of the result columns."""
