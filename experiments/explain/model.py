"""The model on the terminal: its quarter, its futures, its results, and the synthetic firms against their tables."""

from __future__ import annotations

import inspect

from configs import CONFIG_ROOT
from experiments.explain.population_words import INSIDE, in_words
from experiments.explain.rows import Rows, text_of
from experiments.unit_names import unit_name
from sim.inputs.scenario import load_scenario
from sim.inputs.yaml_files import file_names
from sim.preparation import Inputs

PHASES_ZH = {
    "environment": "开启新季度：价格、水文、碳价和增长取自已抽定的路径。",
    "policy": "各项政策工具按当期设置形成企业面对的条件；动态评估每年调整一次。",
    "programmes": "技术攻关示范、标准、设计标杆和环保装备产业各项行动推进一季。",
    "siting": "高载能新企业接受节能审查：部分不予准入，部分落户清洁能源富集地区。",
    "demography": "企业进入与退出；设备到期后换代，部分措施可重新选择。",
    "outreach": "培训管理人员，专家服务队走访尚未诊断的企业。",
    "information": "公开信息、上一季度的同行示范和诊断决定哪些企业知晓措施。",
    "stock_diagnosis": "按固定次序诊断2025年名单内尚未诊断的绿色工厂和绿色园区。",
    "park_projects": "启动当年的园区整体改造，邀请园区企业决策，并传递共享带来的投资节省。",
    "retrofit_choice": "有决策时机的知晓企业权衡尚未采用的适用措施。",
    "plant_decisions": "到期大修的钢厂选择冶炼工艺路线，逐项报告。",
    "finance": "以自有资金、银行贷款与担保、补助和贴息为项目筹资。",
    "service": "到期项目完工，排在前面的项目开工，服务机构数量随队列变化。",
    "green_power": "每年年初签约绿色电力，逐季交付、调度并记入三本账。",
    "certification": "绿色工厂评分、申报、按名额批准、复核与退出；绿色产品和碳足迹认证。",
    "parks": "年末绿色园区的移出、评分与批准；跟踪零碳园区试点。",
    "supply_chains": "链主企业向供应商提出绿色要求，绿色设计平台投入使用。",
    "demand": "政府、国企和消费券采购的授予，以及各类认证对企业的价值。",
    "solid_waste": "按种类核算工业固废的产生量和利用量。",
    "settlement": "还贷、违约与代偿，各项工具登记支出。",
    "record": "划分瓶颈类别，计算全部指标。",
}
"""What each phase does, in Chinese; the English text is the phase's own first sentence."""


def phases(inputs: Inputs, lang: str) -> Rows:
    """The quarter: its phases in order, with the first sentence each says of itself."""
    from sim.model import QUARTER_PHASES

    rows = enumerate(QUARTER_PHASES.items(), start=1)
    return [
        {
            "phase": f"{place}. {name.replace('_', ' ')}",
            "what it does": PHASES_ZH[name] if lang == "zh" else (inspect.getdoc(phase) or "").splitlines()[0],
        }
        for place, (name, phase) in rows
    ]


def scenarios(inputs: Inputs, lang: str) -> Rows:
    """Exogenous futures by the name used in settings, that of `inputs` first."""
    futures = [load_scenario(name) for name in file_names(CONFIG_ROOT / "scenario")]
    return [
        {"scenario": future.name, "name": text_of(future, lang), "about": text_of(future, lang, "summary_")}
        for future in sorted(futures, key=lambda future: future.name != inputs.scenario.name)
    ]


def indicators(inputs: Inputs, lang: str) -> Rows:
    """Columns of the quarterly results."""
    from sim.indicators import INDICATORS

    return [
        {"indicator": name, "label": entry.zh if lang == "zh" else entry.en, "unit": unit_name(entry.unit, lang)}
        for name, entry in INDICATORS.items()
    ]


def population(inputs: Inputs, lang: str) -> Rows:
    """The synthetic firms of seed 1 against the tables they were drawn from, the Hill exponent among them."""
    from sim.population.build import build_population
    from sim.population.report import population_report

    p = inputs.parameters
    firms = build_population(inputs.province, p.population, p.demography, p.certification, seed=1)
    rows = []
    for row in population_report(firms, inputs.province).to_dict("records"):
        quantity, group = in_words(row["quantity"], row["group"], lang)
        figures = {name: f"{row[name]:.3g}" for name in ("table", "low", "high", "drawn")}
        rows.append({"quantity": quantity, "group": group, "unit": unit_name(row["unit"], lang), **figures,
                     "inside": INSIDE[lang][bool(row["inside"])]})
    return rows
