"""The first page: what the draws say, in plain words made from the tables."""

from __future__ import annotations

import math

import pandas as pd

from experiments.labels import money_text, outcome_text, target_name, threshold_text
from experiments.report.document import Section
from experiments.report.material import Material
from experiments.report.targets import percent

REFERENCE = "current"


def summary_section(material: Material) -> Section:
    """Which targets the foremost policy reaches in which share of draws, what it costs, what stops the rest."""
    say, case, policy = material.say, material.first, material.foremost
    headline = case.targets[case.targets["headline"]]
    table = headline.set_index(["target_id", "policy"])
    lines = [_scope(material), _tally(material, table)]
    for _, target in case.headline_targets[case.headline_targets["role"] == "outcome"].iterrows():
        own = headline[headline["target_id"] == target["target_id"]].set_index("policy")
        lines.append(target_sentence(material, target, own))
    closing = (_delivery(material, table), _cost(material, policy), bottleneck_sentence(material))
    lines += [text for text in closing if text]
    lines.append(say(
        "Most settings of the plan beyond its text and six in seven parameters are estimates of grade D. Differences "
        "between "
        "policies are firmer than levels, because policies are compared on the same firms with the same luck.",
        "行动方案文本以外的多数设置以及约七分之六的参数属于D级估计。政策之间的差异比绝对水平可靠，"
        "因为比较的是同一批企业、同样的运气。",
    ))
    return Section("summary", say("In brief", "摘要"), tuple(lines))


def brief_lines(material: Material) -> list[str]:
    """The summary without the targets, which the brief shows in a table right below."""
    case = material.first
    table = case.targets[case.targets["headline"]].set_index(["target_id", "policy"])
    lines = [_scope(material), _tally(material, table), _delivery(material, table), _cost(material, material.foremost),
             bottleneck_sentence(material)]
    return [line for line in lines if line]


def _tally(material: Material, table: pd.DataFrame) -> str:
    """Which outcome targets the foremost policy meets in all, some or none of the draws."""
    say, policy = material.say, material.foremost
    rows = table[table["role"] == "outcome"]
    if rows.empty:
        return say("No target falls due within the run.", "运行期内没有到期的目标。")
    own = rows.xs(policy, level="policy")
    names = {str(target["target_id"]): target_name(target, material.lang)
             for _, target in material.first.headline_targets.iterrows()}
    kinds = {"all": own["share_met"] == 1.0, "none": own["share_met"] == 0.0}
    kinds["some"] = ~(kinds["all"] | kinds["none"])
    words = {"all": ("met in every draw", "每次抽样均达标"), "some": ("met in some draws", "部分抽样达标"),
             "none": ("met in no draw, which is not never", "没有一次抽样达标（不等于不可能）")}
    listed = {kind: say(", ", "、").join(names[str(name)] for name in own.index[kinds[kind]]) for kind in words}
    parts = [
        f"{say(*words[kind])}{say(': ', '：')}{listed[kind]}"
        for kind in ("all", "some", "none") if kinds[kind].any()
    ]
    return say(f"Outcome targets under {material.label(policy)}, {'; '.join(parts)}.",
               f"“{material.label(policy)}”下的结果性目标，{'；'.join(parts)}。")


def _scope(material: Material) -> str:
    config, draws = material.results.config, len(material.seeds)
    scenario, behaviour = material.first.config.design.cases[0]
    firms = int(material.manifest.get("content", {}).get("firms", 0))
    policies = len(config.policies)
    return material.say(
        f"{policies} {'policy' if policies == 1 else 'policies'} compared on {firms:,} firms of the province pack "
        f"“{config.province}” over {draws} {'draw' if draws == 1 else 'draws'} (seeds {_span(material.seeds)}), to "
        "the end "
        f"of {config.end}; scenario {scenario}, decision rule {behaviour}, uncertainty {config.uncertainty}.",
        f"在省情数据包“{config.province}”的{firms:,}户企业上比较{policies}种政策组合，"
        f"共{draws}次抽样（种子{_span(material.seeds)}），"
        f"运行至{config.end}；情景“{material.scenario_label(scenario)}”，决策规则“{material.rule_label(behaviour)}”，"
        f"不确定性设置“{config.uncertainty}”。",
    )


def _span(seeds: list[int]) -> str:
    whole = seeds == list(range(seeds[0], seeds[-1] + 1))
    if len(seeds) == 1:
        return str(seeds[0])
    return f"{seeds[0]}–{seeds[-1]}" if whole else ", ".join(map(str, seeds))


def target_sentence(material: Material, target: pd.Series, rows: pd.DataFrame) -> str:
    """One target under the foremost policy and, for comparison, what is in force.

    Args:
        material: the material.
        target: a row of the headline targets.
        rows: the target's rows of targets.csv, by policy.
    """
    say, policy = material.say, material.foremost
    facts = rows.loc[[policy]].iloc[0]
    text = say(
        f"{target_name(target, 'en')} ({threshold_text(target, 'en')}): {outcome_text(float(facts['p50']), target)} "
        f"under {material.label(policy)}{_band(material, target, facts)}; {met_text(material, facts)}.",
        f"{target_name(target, 'zh')}（{threshold_text(target, 'zh')}）：“{material.label(policy)}”下为"
        f"{outcome_text(float(facts['p50']), target)}{_band(material, target, facts)}，{met_text(material, facts)}。",
    )
    if REFERENCE not in rows.index or policy == REFERENCE:
        return text
    other = rows.loc[[REFERENCE]].iloc[0]
    return text + say(
        f" Under {material.label(REFERENCE)}: {outcome_text(float(other['p50']), target)}, "
        f"{met_text(material, other)}.",
        f"“{material.label(REFERENCE)}”下为{outcome_text(float(other['p50']), target)}，{met_text(material, other)}。",
    )


def _band(material: Material, target: pd.Series, facts: pd.Series) -> str:
    """The range of nine draws in ten; nothing for a single draw."""
    low, high = float(facts["p05"]), float(facts["p95"])
    if math.isnan(low):
        return material.say(" in the one draw", "（仅一次抽样）")
    ends = f"{outcome_text(low, target)}", f"{outcome_text(high, target)}"
    return material.say(f" ({ends[0]} to {ends[1]} in nine of ten draws)", f"（九成抽样在{ends[0]}至{ends[1]}之间）")


def met_text(material: Material, facts: pd.Series) -> str:
    """How many draws meet a target, with the interval of the share if there is one."""
    draws = int(facts["seeds"])
    met = round(float(facts["share_met"]) * draws)
    if draws < 2:
        return material.say(
            f"the one draw {'meets' if met else 'misses'} it, which says nothing on how often",
            f"该次抽样{'达标' if met else '未达标'}，不能说明达标的频度",
        )
    low, high = percent(float(facts["share_low"])), percent(float(facts["share_high"]))
    return material.say(
        f"met in {met} of {draws} draws (95 % interval of the share {low} to {high})",
        f"{draws}次抽样中{met}次达标（达标占比的95%区间为{low}至{high}）",
    )


def _delivery(material: Material, table: pd.DataFrame) -> str:
    """How many delivery targets the foremost policy meets in most draws."""
    rows = table[table["role"] == "delivery"]
    if rows.empty:
        return ""
    own = rows.xs(material.foremost, level="policy")
    often = int((own["share_met"] > 0.5).sum())
    return material.say(
        f"Of {len(own)} delivery targets, which the state's own programme decides, {often} "
        f"{'is' if often == 1 else 'are'} met in more than half of the draws under "
        f"{material.label(material.foremost)}.",
        f"{len(own)}项取决于政府自身工作的实施性目标中，"
        f"“{material.label(material.foremost)}”有{often}项在半数以上抽样中达标。",
    )


def _cost(material: Material, policy: str) -> str:
    costs = material.first.summary.query("quantity == 'public_cost' and payer == 'all'").set_index("policy")
    own = float(costs["p50"][policy])
    text = material.say(
        f"Public cost of {material.label(policy)} over the run: {money_text(own, 'en')} bn CNY (median)",
        f"“{material.label(policy)}”在运行期内的财政成本：{money_text(own, 'zh')}亿元（中位数）",
    )
    if REFERENCE in costs.index and policy != REFERENCE:
        other = float(costs["p50"][REFERENCE])
        text += material.say(
            f"; {material.label(REFERENCE)}: {money_text(other, 'en')} bn CNY",
            f"；“{material.label(REFERENCE)}”：{money_text(other, 'zh')}亿元",
        )
    return text + material.say(".", "。")


def bottleneck_sentence(material: Material) -> str:
    """Where the firms without a completed round stand at the end under the foremost policy; mean shares over draws."""
    from agents.firm import BOTTLENECKS
    from experiments.report.firms import BOTTLENECK_WORDS

    rows = material.first.indicators
    columns = [f"bottleneck_{name}" for name in BOTTLENECKS if f"bottleneck_{name}" in rows]
    last = rows[(rows["quarter"] == rows["quarter"].max()) & (rows["policy"] == material.foremost)]
    if not columns or last.empty:
        return ""
    shares = last[columns].div(last[columns].sum(axis=1), axis=0).mean()
    remaining = shares.drop("bottleneck_done").sort_values(ascending=False).iloc[:3]
    named = [
        (BOTTLENECK_WORDS[name.removeprefix("bottleneck_")][material.lang == "zh"], percent(float(value)))
        for name, value in remaining.items()
    ]
    done, quarter = percent(float(shares["bottleneck_done"])), rows["quarter"].max()
    return material.say(
        f"At the end of {quarter} under {material.label(material.foremost)}, {done} of all firms have completed a "
        "round; of the "
        f"others the most are: {', '.join(f'{name} ({value} of all firms)' for name, value in named)}.",
        f"{quarter}末“{material.label(material.foremost)}”下，{done}的企业已完成一轮技改；其余企业主要处于："
        f"{'、'.join(f'{name}（占全部企业{value}）' for name, value in named)}。",
    )
