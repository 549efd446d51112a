"""What the model consists of, as tables on the terminal: `greenmill explain <topic>`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.explain_clauses import clause_rows, show_clauses
from experiments.labels import SIGNS, is_share
from sim.errors import ConfigError, Problem, nearest_name
from sim.preparation import Inputs, load_inputs

PIPED_WIDTH = 150
OPTIONS = {"province": "sichuan", "scenario": "reference", "lang": "en"}
"""Settings that `explain` takes, with their defaults."""

HEADS_ZH = {
    "phase": "阶段",
    "what it does": "内容",
    "policy": "政策",
    "name": "名称",
    "about": "说明",
    "parameter": "参数",
    "value": "取值",
    "unit": "单位",
    "range": "范围",
    "grade": "等级",
    "source": "来源",
    "label": "含义",
    "measure": "措施",
    "class": "类别",
    "sectors": "行业",
    "payback, years": "回收期（年）",
    "adopted 2025": "2025年采用率",
    "target": "目标",
    "definition": "口径",
    "asks for": "要求",
    "by": "期限",
    "clause": "条款",
    "indicator": "指标",
    "setting": "设置",
    "from": "起始",
    "in force": "现行",
    "here": "本政策",
    "quantity": "项目",
    "group": "分组",
    "table": "表中值",
    "low": "下限",
    "high": "上限",
    "drawn": "生成值",
    "inside": "是否在范围内",
}
"""Chinese column headings; the key is the English one."""

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

Rows = list[dict[str, Any]]


def show(topic: str, words: Sequence[str]) -> None:
    """Print the table of one topic.

    Args:
        topic: a key of `TOPICS`.
        words: settings of `OPTIONS` as name=value, and words that narrow the table down; with the topic
            policies, names of policies, whose differences from `current` are then listed.

    Raises:
        ConfigError: for an unknown setting, province, scenario or policy.
    """
    options, wanted = _read(words)
    inputs = load_inputs(options["province"], options["scenario"])
    lang = options["lang"]
    if topic == "policies" and wanted:
        tables = {name: policy_differences(inputs, name, lang) for name in wanted}
    else:
        tables = {topic: _narrowed(TOPICS[topic](inputs, lang), wanted)}
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    for title, rows in tables.items():
        if topic == "clauses":
            show_clauses(rows, console, lang)
        else:
            console.print(_table(title, rows, lang))


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


def policies(inputs: Inputs, lang: str) -> Rows:
    """Mixes and instruments by the name used in settings."""
    mixes = [
        {"policy": name, "name": _pick(mix, "", lang), "about": _pick(mix, "summary_", lang)}
        for name, mix in inputs.catalogue.mixes.items()
    ]
    about = (
        "单独一项，按行动方案设置，叠加在现行政策上"
        if lang == "zh"
        else "alone at its plan setting, on top of current"
    )
    instruments = [
        {"policy": name, "name": _pick(document, "", lang), "about": about}
        for name, document in inputs.catalogue.instruments.items()
    ]
    return mixes + instruments


def policy_differences(inputs: Inputs, name: str, lang: str) -> Rows:
    """How a policy differs from the one in force, setting by setting and date by date.

    Raises:
        ConfigError: if there is no such policy.
    """
    inputs.compose(name)
    return [
        {
            "setting": f"{row.instrument}.{row.setting}{_scope_lines(row.where)}",
            "label": row.zh if lang == "zh" else row.en,
            "from": row.quarter,
            "in force": f"{row.current:g}",
            "here": f"{row.value:g}",
            "unit": row.unit,
            "clause": row.clause,
            "source": row.source,
            "grade": row.grade,
        }
        for row in inputs.catalogue.describe(name)
    ]


def _scope_lines(where: str) -> str:
    """The firms meant, a line a condition: the column of names is never wrapped."""
    return "\n@" + where.replace(",", ",\n ") if where else ""


def parameters(inputs: Inputs, lang: str) -> Rows:
    """Every parameter with its path, value, range and evidence."""
    return [
        {
            "parameter": path,
            "value": f"{node.value:g}",
            "range": f"{node.low:g} – {node.high:g}",
            "unit": node.unit,
            "grade": node.grade,
            "source": node.source,
            "label": node.zh if lang == "zh" else node.en,
        }
        for path, node in inputs.parameters.nodes.items()
    ]


def measures(inputs: Inputs, lang: str) -> Rows:
    """The menu of retrofit measures."""
    return [
        {
            "measure": row["measure_id"],
            "name": row[f"name_{lang}"],
            "class": row["class"],
            "sectors": row["sectors"].replace(";", " "),
            "payback, years": "–"
            if pd.isna(row["payback_reference_years"])
            else f"{row['payback_reference_years']:g}",
            "adopted 2025": f"{100 * row['adopted_share_2025']:.0f}%",
            "grade": row["grade"],
            "source": row["source"],
        }
        for row in inputs.province.measures.to_dict("records")
    ]


def targets(inputs: Inputs, lang: str) -> Rows:
    """The commitments of the plan and how each is counted; the headline definition is marked."""
    return [
        {
            "target": row["target_id"] + (" *" if row["headline"] else ""),
            "name": row[f"name_{lang}"],
            "definition": f"{row['definition_id']}: {row[f'definition_{lang}']}",
            "asks for": _demand(row),
            "by": str(row["by_year"]),
            "clause": row["clause"],
        }
        for row in inputs.province.targets.to_dict("records")
    ]


def indicators(inputs: Inputs, lang: str) -> Rows:
    """Columns of the quarterly results."""
    from sim.indicators import INDICATORS

    return [
        {"indicator": name, "label": entry.zh if lang == "zh" else entry.en, "unit": entry.unit}
        for name, entry in INDICATORS.items()
    ]


def population(inputs: Inputs, lang: str) -> Rows:
    """The synthetic firms of seed 1 against the tables they were drawn from, the Hill exponent among them."""
    from sim.population import build_population
    from sim.population_report import population_report

    p = inputs.parameters
    firms = build_population(inputs.province, p.population, p.demography, p.certification, seed=1)
    report = population_report(firms, inputs.province)
    return [
        {str(key): f"{value:.3g}" if isinstance(value, float) else str(value) for key, value in row.items()}
        for row in report.to_dict("records")
    ]


TOPICS: Mapping[str, Callable[[Inputs, str], Rows]] = {
    "phases": phases,
    "policies": policies,
    "parameters": parameters,
    "measures": measures,
    "targets": targets,
    "indicators": indicators,
    "population": population,
    "clauses": clause_rows,
}
"""What can be explained, by the word on the command line."""


def _read(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Tell settings from words that narrow down."""
    given = dict(word.split("=", 1) for word in words if "=" in word)
    problems = [
        Problem("", key, None, f"explain takes {', '.join(OPTIONS)}", nearest_name(key, OPTIONS))
        for key in given
        if key not in OPTIONS
    ]
    if given.get("lang", "en") not in ("en", "zh"):
        problems.append(Problem("", "lang", given["lang"], "en or zh is needed"))
    if problems:
        raise ConfigError(problems)
    return {**OPTIONS, **given}, [word for word in words if "=" not in word]


def _narrowed(rows: Rows, words: Sequence[str]) -> Rows:
    """Rows in which every word occurs, whatever the case."""
    return [
        row for row in rows if all(word.lower() in " ".join(map(str, row.values())).lower() for word in words)
    ]


def _table(title: str, rows: Rows, lang: str) -> Table:
    table = Table(
        title=f"{title} ({len(rows)})", title_justify="left", box=None, pad_edge=False, header_style="bold"
    )
    for head in rows[0] if rows else ():
        name = HEADS_ZH.get(head, head) if lang == "zh" else head
        table.add_column(name, overflow="fold", no_wrap=not table.columns)
    for row in rows:
        table.add_row(*(Text(str(value)) for value in row.values()))
    return table


def _pick(document: Any, prefix: str, lang: str) -> str:
    """The text of a policy document in a language."""
    return str(getattr(document, f"{prefix}{lang}"))


def _demand(row: Mapping[Any, Any]) -> str:
    """What a target asks for, in short."""
    if row["kind"] == "trend":
        return str(row["comparison"])
    value = f"{100 * row['value']:g}%" if is_share(row["unit"]) else f"{row['value']:,.0f} {row['unit']}"
    return f"{SIGNS[row['comparison']]} {value}"
