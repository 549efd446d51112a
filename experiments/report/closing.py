"""What the numbers cannot carry, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.progress import time_text
from experiments.report.document import Column, Section, Table, cell
from experiments.report.material import Material
from experiments.settings.config import ExperimentConfig

LIMITS = (
    ("Shares of draws are no probabilities: the model is not calibrated to adoption data, which do not exist yet. "
     "Zero of 20 "
     "draws is an interval from 0 to 16 %, not zero.",
     "抽样比例不是概率：校准所需的采用数据尚不存在。20次抽样中0次达标意味着0至16%的区间，而不是零。"),
    ("Figures of grade D are estimates: about six in seven parameters, and most settings of the plan beyond its text.",
     "D级数字为估计：约七分之六的参数，以及行动方案文本以外的多数设置。"),
    ("There is no firm-level microdata. Firms are synthetic; a single firm means nothing.",
     "没有企业层面的微观数据。企业是合成的，单个企业没有意义。"),
    ("Awareness of the measures and readiness to adopt them fit the same history in many combinations; the draws "
     "walk along "
     "that ridge.",
     "对措施的知晓率与采用意愿有多种组合同样符合历史；抽样沿这条脊线取值。"),
    ("What green factories produce today (17–27 % of output) is unknown and decides the 30 % target more than most "
     "policies. "
     "The 85 % green-power target hangs on an accounting basis that the plan does not define.",
     "绿色工厂当前产值占比（17—27%）未知，对30%目标的影响大于多数政策。"
     "85%绿色电力目标取决于行动方案未界定的核算口径。"),
    ("No product-market equilibrium, no mining or utilities; technologies arrive by date. Energy and carbon "
     "intensity fall "
     "under every policy, none included.",
     "没有产品市场均衡，不含采矿和公用事业；技术按日期到来。能耗和碳排放强度在任何组合（包括无政策）下都会下降。"),
    ("Nothing was tuned to make a target come out. Never quote a level without its range.",
     "没有为使目标实现而调整任何参数。引用水平值时请务必同时给出区间。"),
)
"""Limits of the model, English and Chinese; docs/limits.md has the full list."""

DEMO = ("The 500-firm province is for lessons: its output-weighted shares are noise.",
        "500户企业的演示省仅供教学：其产值加权占比是噪声。")


def limit_section(material: Material) -> Section:
    """Limits in plain words."""
    lines = tuple(material.say(*line) for line in limit_lines(material.results.config))
    return Section("limits", material.say("Limits", "局限"), lines)


def limit_lines(config: ExperimentConfig, most: int | None = None) -> list[tuple[str, str]]:
    """Limits of what such settings give, English and Chinese: of those of every run the first, and their own."""
    return [*LIMITS[:most], *([DEMO] if config.province == "demo" else [])]


def provenance_section(material: Material) -> Section:
    """Fingerprint, code, versions, seeds, time and checksums, and the command that makes the results."""
    say = material.say
    columns = (Column(say("what", "项目")), Column(say("value", "内容")))
    facts = Table("provenance", say("Where the numbers come from", "结果出处"), columns,
                  tuple((cell(key), cell(value)) for key, value in provenance(material).items()))
    tables = material.manifest.get("content", {}).get("tables", {})
    sums = Table("checksums", say("Checksums of the province's tables", "省份数据表校验和"),
                 (Column(say("table", "数据表")), Column("SHA-256")),
                 tuple((cell(name), cell(value)) for name, value in sorted(tables.items())))
    text = say("The same command on the same code gives the same numbers bit for bit.",
               "同一命令在同一代码上逐位重现相同结果。")
    return Section("provenance", say("Provenance", "出处"), (text,), (facts, sums) if tables else (facts,))


def provenance(material: Material) -> dict[str, str]:
    """What identifies the run, as label and text."""
    return facts_of_run(
        material.results.config, material.manifest, material.folder, material.command(), material.seeds)


def facts_of_run(
    config: ExperimentConfig, manifest: Mapping[str, Any], folder: Path, command: str, seeds: Sequence[int]
) -> dict[str, str]:
    """What identifies a run, as label and text in the language of the settings.

    Args:
        config: its settings.
        manifest: content of its manifest.
        folder: the result folder.
        command: the command that makes it again.
        seeds: seeds that are finished.
    """
    code, seconds = manifest.get("code", {}), manifest.get("wall_time_s")
    versions = ", ".join(f"{name} {value}" for name, value in manifest.get("versions", {}).items())
    overrides = ", ".join(f"{path} = {value:g}" for path, value in config.overrides.items())

    def say(en: str, zh: str) -> str:
        return zh if config.lang == "zh" else en

    return {
        say("result folder", "结果文件夹"): folder.name,
        say("command", "命令"): command,
        say("fingerprint", "指纹"): str(manifest.get("fingerprint", "–")),
        say("GreenMill", "GreenMill版本"): str(code.get("greenmill", "–")),
        say("code, SHA-256", "代码SHA-256"): str(code.get("sha256", "–")),
        say("versions", "软件版本"): versions or "–",
        say("province", "省情数据包"): config.province,
        say("scenarios", "情景"): ", ".join(config.scenario),
        say("decision rules", "决策规则"): ", ".join(config.behaviour),
        say("uncertainty", "不确定性"): config.uncertainty,
        say("overridden parameters", "改动的参数"): overrides or say("none", "无"),
        say("seeds", "种子"): ", ".join(map(str, seeds)),
        say("wall time of the last run", "最近一次运行用时"): "–" if seconds is None else time_text(float(seconds)),
    }
