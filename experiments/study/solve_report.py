"""The answer of `experiment=solve` in words, as a table and as a figure, in English or Chinese."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.table import Table
from rich.text import Text

from experiments.labels import headed, target_name, threshold_text
from experiments.study.amounts import amount, half_text, percent, signed
from experiments.study.assumptions import assumption_table
from experiments.study.bisection import Trial, undecided
from experiments.study.caution import FILE, show_caution
from experiments.study.solve import Answer
from experiments.tables.terminal import plain_table, print_text, printed_width

if TYPE_CHECKING:
    from experiments.questions import Commission

WORDS = {
    "en": {
        "question": "How far does “{lever}” ({path}) have to go for “{target}” ({asked}, definition {definition}) "
                    "to be met in at least {share} of draws?",
        "context": "Base: {policy}, where it is {planned}; the value tried holds from 2026 on instead. Province "
                   "{province}, scenario {scenario}, {draws} draws (seeds {first}-{last}), the same at every setting.",
        "from": "Answer: from {answer} on. There {met}; at {beyond}, the next setting tried, {beyond_met}.",
        "up to": "Answer: up to {answer}; more is too much. There {met}; at {beyond}, the next setting tried, "
                 "{beyond_met}.",
        "everywhere": "Answer: it is reached at every setting tried, at {answer} too, where {met}: the setting does "
                      "not decide it.",
        "nowhere": "Answer: not reachable within its range, {low} to {high}. The most: {best_met}, at {best}.",
        "count": "{met} of {draws} draws meet it ({share}{interval})", "interval": ", 95 % interval {low} to {high}",
        "fall": "Not monotone: between {one} and {other} the share goes from {one_share} to {other_share}. The "
                "smallest setting tried that reaches the target is reported; a larger one may fail.",
        "fall_up to": "Not monotone: between {one} and {other} the share goes from {one_share} to {other_share}. The "
                      "first step downwards is reported; settings beyond it may reach the target again.",
        "fall_other": "Not monotone: between {one} and {other} the share goes from {one_share} to {other_share}. A "
                      "setting between those tried may do otherwise.",
        "undecided": "These draws do not decide between {low} and {high}: the intervals there hold {share}. More seeds "
                     "narrow that.",
        "undecided at": "These draws do not decide at {low}: the interval there holds {share}. More seeds narrow that.",
        "one draw": "A single draw has no interval and decides little; give more seeds.",
        "cost": "Public cost over the run at the answer: {mean} on average{spread}, {change} against {policy} as it "
                "stands.",
        "spread": " (5-95 % of draws: {low} to {high})",
        "setting": "setting ({unit})", "share": "share of draws", "95 %": "95 % interval", "met": "draws",
        "value": "median", "money": "public cost, {unit}", "as it stands": "{policy} as it stands", "unit": "m CNY",
        "answer": "answer",
        "tables": "tables",
    },
    "zh": {
        "question": "“{lever}”（{path}）调到多少，才能使“{target}”（{asked}，口径{definition}）"
                    "在至少{share}的抽样中达标？",
        "context": "基准：{policy}，原设定为{planned}；试算值自2026年起取代原设定。省份{province}，情景{scenario}，"
                   "抽样{draws}次（种子{first}—{last}），各设定共用同一组抽样。",
        "from": "答案：{answer}起可达。该处{met}；相邻的{beyond}处，{beyond_met}。",
        "up to": "答案：不超过{answer}时可达，再高则不可达。该处{met}；相邻的{beyond}处，{beyond_met}。",
        "everywhere": "答案：各试算值均可达，{answer}时即已达到，{met}：该设置不起决定作用。",
        "nowhere": "答案：在其范围{low}至{high}内不可达。最高为{best}处，{best_met}。",
        "count": "{draws}次抽样中{met}次达标（{share}{interval}）", "interval": "，95%区间{low}至{high}",
        "fall": "并非单调：{one}至{other}之间，达标占比由{one_share}变为{other_share}。"
                "此处报告可达的最小试算值，更大的值也可能不达标。",
        "fall_up to": "并非单调：{one}至{other}之间，达标占比由{one_share}变为{other_share}。"
                "此处报告首次转为不达标之处，更大的值可能再次达标。",
        "fall_other": "并非单调：{one}至{other}之间，达标占比由{one_share}变为{other_share}。"
                "各试算值之间可能另有结果。",
        "undecided": "抽样次数不足以区分{low}至{high}：其区间均含{share}。增加种子可缩小该范围。",
        "undecided at": "{low}处抽样次数不足以判断：其区间含{share}。增加种子可缩小该范围。",
        "one draw": "单次抽样没有区间，说明不了多少；请增加种子。",
        "cost": "答案处全期财政成本：平均{mean}{spread}，较{policy}原设定{change}。",
        "spread": "（5—95%抽样：{low}至{high}）",
        "setting": "设置值（{unit}）", "share": "达标占比", "95 %": "95%区间", "met": "达标次数", "value": "中位数",
        "money": "财政成本（{unit}）", "as it stands": "{policy}原设定", "unit": "百万元", "answer": "答案",
        "tables": "结果文件",
    },
}  # fmt: skip


def tell_answer(answer: Answer, commission: Commission) -> None:
    """Write the tables and the figure, and print the answer, the settings tried and the warning."""
    from experiments.figures.solve import draw_solution
    from sim.preparation import load_inputs

    config, store, out = answer.config, commission.store, commission.out
    stem = file_stem(answer)
    store.write_csv(f"{stem}.csv", pd.concat([answer.trials, answer.as_they_stand], ignore_index=True))
    inputs = load_inputs(config.province, config.scenario[0], config.overrides)
    zh = config.lang == "zh"
    labels = {name: inputs.catalogue.label(name)[0] if zh else name for name in config.policies}
    label = labels[config.policies[0]]
    assumptions = assumption_table(inputs, [answer.lever], config.policies[0], config.uncertainty)
    store.write_csv(FILE, assumptions)
    if config.figures:
        draw_solution(answer, store.folder / "figures" / stem)
    for line in answer_lines(answer, label):
        print_text(out, line, printed_width(out))
    out.print(_table(answer, labels), width=printed_width(out))
    show_caution(assumptions, [answer.lever], label, str(store.folder / FILE), out, config.lang)
    out.print(Text(headed(WORDS[config.lang]["tables"], str(store.folder), config.lang)), soft_wrap=True)


def file_stem(answer: Answer) -> str:
    """Name of the files of one question; questions to the same model share a folder."""
    asked = answer.config.solve
    name = f"solve_{asked.lever}_{asked.target}_{answer.target['definition_id']}_{asked.share:g}"
    return name.replace(".", "-")


def answer_lines(answer: Answer, policy: str) -> list[str]:
    """Question, answer, what qualifies it, and what it costs, a sentence or two a line.

    Args:
        answer: what was found.
        policy: the base policy as the reader knows it.
    """
    config, target, lever, found = answer.config, answer.target, answer.lever, answer.solution
    words, lang = WORDS[config.lang], config.lang
    lines = [
        words["question"].format(
            lever=lever.label(lang), path=lever.path, target=target_name(target, lang),
            asked=threshold_text(target, lang), definition=target["definition_id"], share=asked_share(answer),
        ),
        words["context"].format(
            policy=policy, planned=lever.planned_text(lang), province=config.province, scenario=config.scenario[0],
            draws=config.seeds, first=config.seed_list[0], last=config.seed_list[-1],
        ),
        _main_line(answer),
    ]
    if found.fall:
        one, other = found.fall
        key = {"from": "fall", "up to": "fall_up to"}.get(found.outcome, "fall_other")
        lines.append(words[key].format(
            one=lever.text(one.setting), other=lever.text(other.setting),
            one_share=percent(one.share), other_share=percent(other.share),
        ))
    between = undecided(found.trials, config.solve.share)
    if between and config.seeds > 1:
        low, high = (lever.text(value) for value in between)
        text = words["undecided" if low != high else "undecided at"]
        lines.append(text.format(low=low, high=high, share=asked_share(answer)))
    lines += [words["one draw"]] if config.seeds == 1 else []
    return [*lines, _cost_line(answer, policy)] if answer.cost_change else lines


def _main_line(answer: Answer) -> str:
    """The answer itself."""
    lever, found, lang = answer.lever, answer.solution, answer.config.lang
    by_setting = {trial.setting: trial for trial in found.trials}
    best = max(found.trials, key=lambda trial: trial.met)
    facts = {
        "low": lever.text(lever.node.low), "high": lever.text_with_unit(lever.node.high, lang),
        "best": lever.text(best.setting), "best_met": count_text(best, lang),
    }
    if found.answer is not None:
        facts |= {"answer": lever.text_with_unit(found.answer, lang), "met": count_text(by_setting[found.answer], lang)}
    if found.beyond is not None:
        facts |= {"beyond": lever.text(found.beyond), "beyond_met": count_text(by_setting[found.beyond], lang)}
    return WORDS[lang][found.outcome].format(**facts)


def count_text(trial: Trial, lang: str) -> str:
    """How many draws meet the target, with the interval of the share unless there is one draw."""
    low, high = trial.interval
    interval = "" if math.isnan(low) else WORDS[lang]["interval"].format(low=percent(low), high=percent(high))
    return WORDS[lang]["count"].format(met=trial.met, draws=trial.draws, share=percent(trial.share), interval=interval)


def asked_share(answer: Answer) -> str:
    """The wanted share, as it was given."""
    return f"{100.0 * answer.config.solve.share:.6g}%"


def _cost_line(answer: Answer, policy: str) -> str:
    words = WORDS[answer.config.lang]
    row = answer.trials[answer.trials["setting"] == answer.solution.answer].iloc[0]
    unit = f" {words['unit']}" if answer.config.lang == "en" else words["unit"]
    low, high = row["public_cost_p05"], row["public_cost_p95"]
    band = "" if math.isnan(low) else words["spread"].format(low=amount(low), high=amount(high))
    mean, left, right = answer.cost_change or (math.nan,) * 3
    change = f"{signed(amount(mean))}{half_text(left, right)}{unit}"
    return words["cost"].format(mean=f"{amount(row['public_cost_mean'])}{unit}", spread=band, change=change,
                                policy=policy)


def _table(answer: Answer, labels: Mapping[str, str]) -> Table:
    """Every setting tried, then the policies as they stand; `labels`: what policies are called, by name."""
    lang = answer.config.lang
    words = WORDS[lang]
    table = plain_table()
    heads = (words["setting"].format(unit=answer.lever.unit(lang)), words["met"], words["share"], words["95 %"],
             words["money"].format(unit=words["unit"]), "")
    for place, head in enumerate(heads):
        side: Any = "left" if place in (0, 5) else "right"
        table.add_column(head, justify=side, no_wrap=place == 0, vertical="bottom")
    for _, row in answer.trials.iterrows():
        mark = f"← {words['answer']}" if row["setting"] == answer.solution.answer else ""
        table.add_row(*_cells(answer.lever.text(float(row["setting"])), row, mark))
    for _, row in answer.as_they_stand.iterrows():
        table.add_row(*_cells(words["as it stands"].format(policy=labels[row["policy"]]), row, ""))
    return table


def _cells(head: str, row: pd.Series, mark: str) -> list[Text]:
    low, high = float(row["share_low"]), float(row["share_high"])
    interval = "–" if math.isnan(low) else f"{percent(low)} – {percent(high)}"
    cells = (head, f"{int(row['met'])}/{int(row['draws'])}", percent(float(row["share_met"])), interval,
             amount(float(row["public_cost_mean"])), mark)
    return [Text(cell) for cell in cells]

