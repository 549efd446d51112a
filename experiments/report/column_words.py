"""Columns and words of the tables that analyses leave, as a reader sees them; what is not shown; which rows are."""

from __future__ import annotations

from typing import NamedTuple

HIDDEN = ("scenario", "behaviour", "by", "definition", "definition_id", "largest_effect", "first_start", "starts",
          "method", "orders", "order_error")
"""Columns left out of the report: the case, which is told elsewhere, and details that the file keeps."""


class Heading(NamedTuple):
    """How a column is shown; kinds are those of `experiments.report.analysis_tables.Field`."""

    en: str
    zh: str
    kind: str = "number"


HEADINGS = {
    "policy": Heading("policy", "政策组合", "policy"),
    "policy_a": Heading("policy A", "政策组合甲", "policy"),
    "policy_b": Heading("policy B", "政策组合乙", "policy"),
    "behaviour_1": Heading("rule 1", "规则一", "rule"),
    "behaviour_2": Heading("rule 2", "规则二", "rule"),
    "difference_1": Heading("A less B, rule 1", "规则一下甲减乙"),
    "difference_2": Heading("A less B, rule 2", "规则二下甲减乙"),
    "low_1": Heading("from", "下限"), "high_1": Heading("to", "上限"),
    "low_2": Heading("from", "下限"), "high_2": Heading("to", "上限"),
    "verdict": Heading("verdict", "判断", "word"),
    "target_id": Heading("target", "目标", "target"),
    "clause": Heading("clause", "条款", "text"),
    "year": Heading("year", "年份", "year"),
    "quantity": Heading("quantity", "项目", "word"),
    "scale": Heading("scale", "尺度", "word"),
    "unit": Heading("unit", "单位", "unit"),
    "kind": Heading("kind", "类别", "word"),
    "name": Heading("name", "名称", "target"),
    "statistic": Heading("statistic", "统计量", "word"),
    "lever": Heading("lever", "政策工具", "lever"),
    "lever_a": Heading("lever", "政策工具", "lever"),
    "lever_b": Heading("with", "与", "lever"),
    "context": Heading("other levers", "其余工具", "word"),
    "part": Heading("part", "贡献", "change"),
    "synergy": Heading("synergy", "协同", "change"),
    "effect": Heading("effect", "影响", "change"),
    "difference": Heading("difference", "差异", "change"),
    "low": Heading("from", "下限", "change"),
    "high": Heading("to", "上限", "change"),
    "share_of_total": Heading("of the whole", "占合计", "share"),
    "total": Heading("all together", "全部合计", "change"),
    "total_low": Heading("from", "下限", "change"),
    "total_high": Heading("to", "上限", "change"),
    "start": Heading("start", "启动季度", "text"),
    "last_start": Heading("last start", "最晚启动季度", "text"),
    "next_start": Heading("too late from", "过晚启动季度", "text"),
    "points": Heading("points wanted", "要求百分点"),
    "mean": Heading("mean", "均值", "outcome"),
    "p05": Heading("5 %", "5%分位", "outcome"),
    "p50": Heading("median", "中位数", "outcome"),
    "p95": Heading("95 %", "95%分位", "outcome"),
    "estimate": Heading("estimate", "估计值", "outcome"),
    "half_width": Heading("half of its interval", "区间半宽", "outcome"),
    "wanted_half_width": Heading("half wanted", "要求半宽", "outcome"),
    "seeds": Heading("seeds", "种子数", "count"),
    "seeds_needed": Heading("seeds needed", "所需种子数", "count"),
    "enough": Heading("enough", "是否足够", "yes"),
}
"""Columns by their name in the files."""

VALUES = {
    "value": ("outcome", "结果值"),
    "share of draws": ("share of draws", "达标占比"),
    "points": ("points", "原尺度"),
    "log odds": ("log odds", "对数几率"),
    "alone": ("off", "均未启用"),
    "average": ("averaged over", "取平均"),
    "target": ("target", "目标"), "indicator": ("indicator", "指标"), "public cost": ("public cost", "财政成本"),
    "public_cost": ("public cost", "财政成本"),
    "mean": ("mean", "均值"), "median": ("median", "中位数"), "paired difference": ("paired difference", "配对差异"),
    "same order": ("same order", "次序一致"), "reversed": ("reversed", "次序相反"),
    "cannot be told apart": ("cannot be told apart", "无法区分"),
    "projects": ("projects", "技改项目"),
    "additional_projects": ("additional projects", "新增项目"),
    "displaced_projects": ("displaced projects", "被挤出项目"),
    "additional_firms": ("firms that do more", "新增技改企业"),
    "grants": ("grants", "补助"),
    "windfall_grants": ("grants to projects done anyway", "本来就会实施的项目所获补助"),
    "energy_saved": ("energy saved", "节能量"),
    "co2_avoided": ("CO2 avoided", "减排量"),
    "cost_per_additional_project": ("public cost of an additional project", "每个新增项目财政成本"),
    "cost_per_tce": ("public cost of a tce/yr saved", "每节约1吨标准煤/年财政成本"),
    "cost_per_tco2": ("public cost of a t CO2/yr avoided", "每减排1吨二氧化碳/年财政成本"),
    "energy_effect_activity": ("energy: activity", "能耗：规模效应"),
    "energy_effect_structure": ("energy: structure", "能耗：结构效应"),
    "energy_effect_efficiency": ("energy: efficiency", "能耗：效率效应"),
    "carbon_effect_activity": ("CO2: activity", "碳排放：规模效应"),
    "carbon_effect_structure": ("CO2: structure", "碳排放：结构效应"),
    "carbon_effect_efficiency": ("CO2: efficiency", "碳排放：效率效应"),
    "gini_coverage": ("Gini of coverage", "技改覆盖率基尼系数"),
    "gini_grants_per_output": ("Gini of grants per output", "单位产值补助基尼系数"),
}
"""Words that stand in the files, English and Chinese."""

UNITS = {
    "count": "个", "ratio": "倍", "Gini": "基尼系数", "tce/yr": "吨标准煤/年", "t/yr": "吨/年",
    "CNY/(tce/yr)": "元/（吨标准煤/年）", "CNY/(t/yr)": "元/（吨/年）", "log odds": "对数几率",
}
"""Chinese for units that no target has."""

BACKGROUND = ("decomposition", "inequality", "unit_costs")
"""Tables that every run leaves, shown after those of the questions asked."""

CAPTIONS = {
    "attribution": ("Part of each lever in the joint effect (Shapley)", "各政策工具在合计影响中的贡献（Shapley值）"),
    "synergy": ("Synergy of two levers", "两项政策工具的协同"),
    "timing": ("Effect of a later start", "延后启动的影响"),
    "last_start": ("Last start that still moves a target by ten points", "仍能使目标变动10个百分点的最晚启动时间"),
    "replicates": ("How many seeds are enough", "需要多少种子"),
    "convergence": ("How the means settle with more seeds", "均值随种子数收敛"),
    "unit_costs": ("What policies add, and public cost of a unit", "政策的新增效果与单位财政成本"),
    "decomposition": ("Change of energy and CO2 since 2025, in the last year", "末年能耗与碳排放较2025年变化的分解"),
    "inequality": ("Inequality among prefectures, in the last year", "末年市州间不平等程度"),
    "rank_reversals": ("Pairs of policies under two decision rules", "两种决策规则下政策组合的次序"),
}
"""What a table shows, by the name of its file."""
