"""What scenario discovery found, in words, tables and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from rich.console import Console

from experiments.labels import bracketed, target_name
from experiments.settings.config import ExperimentConfig
from experiments.store.folder import ResultStore
from experiments.study.boxes import Limit
from experiments.study.future_labels import Labels
from experiments.study.futures import SCENARIO
from experiments.tables.summary import wilson_interval
from experiments.tables.terminal import print_text, printed_width

if TYPE_CHECKING:
    from experiments.study.discovery import Finding

BOXES, LIMITS, PEELING, FUTURES = (
    "discovery.csv", "discovery_limits.csv", "discovery_peeling.csv", "discovery_futures.csv",
)

TEXT = {
    "en": {
        "title": "Futures in which a policy misses a target",
        "box": "{policy} misses {target} when {limits}: covers {coverage} of the misses ({cases} of {misses}); "
        "{density} of the futures in the box miss ({cases} of {inside}; 95 % interval {low} to {high}), "
        "against {share} of all {futures}.",
        "none": "{policy}, {target}: {misses} of {futures} futures miss, and no box tells them from the others.",
        "always": "{policy} misses {target} in {misses} of {futures} futures ({edge}): nearly everywhere, so no "
        "box is drawn.",
        "never": "{policy} meets {target} in {hits} of {futures} futures ({edge}): nearly everywhere, so no "
        "box is drawn.",
        "few": "scenario discovery needs at least {least} futures, not {futures}: more seeds",
        "edge": "95 % interval {low} to {high}",
        "and": " and ", "or": " or ", "among": "{name} is {values}", "above": "{name} > {low}",
        "below": "{name} < {high}", "between": "{low} < {name} < {high}", "scenario": "the scenario",
        "legend": "A box is read off these futures and fits them better than new ones. Restrictions have "
        "quasi-p-values of at most {significance} ({limits}); with many parameters some that small arise by luck. "
        "Peeling: {peeling}",
    },
    "zh": {
        "title": "政策组合未达目标的情形",
        "box": "当{limits}时，{policy}未达“{target}”：涵盖{coverage}的未达标情形（{misses}中的{cases}）；"
        "箱内{density}的情形未达标（{inside}中的{cases}，95%区间{low}至{high}），全部{futures}个情形中为{share}。",
        "none": "{policy}，“{target}”：{futures}个情形中{misses}个未达标，没有能将其与其他情形区分开的箱。",
        "always": "{policy}在{futures}个情形中的{misses}个未达“{target}”（{edge}）：几乎处处如此，不作划分。",
        "never": "{policy}在{futures}个情形中的{hits}个达到“{target}”（{edge}）：几乎处处如此，不作划分。",
        "few": "情景发现至少需要{least}个情形，现有{futures}个：请增加抽样次数",
        "edge": "95%区间{low}至{high}",
        "and": "且", "or": "或", "among": "{name}为{values}", "above": "{name}>{low}",
        "below": "{name}<{high}", "between": "{low}<{name}<{high}", "scenario": "情景",
        "legend": "箱由这些情形得出，对新情形的拟合会差一些。各项限制的准p值不超过{significance}（{limits}）；"
        "参数众多时，偶然也会出现这样小的值。剥离过程：{peeling}",
    },
}


class FewFutures(NamedTuple):
    """Too few futures to look for anything."""

    futures: int
    least: int


def report(
    config: ExperimentConfig, found: Sequence[Finding] | FewFutures, futures: Mapping[tuple[str, str], pd.DataFrame],
    targets: pd.DataFrame, store: ResultStore, out: Console,
) -> None:
    """Write the files, draw the boxes and print the sentences.

    Args:
        config: the settings.
        found: what was found of each policy and target.
        futures: by policy and target the futures with the column ``missed``.
        targets: registry rows of the targets.
        store: the result folder.
        out: where sentences are printed.
    """
    from sim.preparation import load_inputs

    words = TEXT[config.lang]
    if isinstance(found, FewFutures):
        _print(out, words["few"].format(**found._asdict()))
        return
    by_id = {str(row["target_id"]): row for _, row in targets.iterrows()}
    inputs = load_inputs(config.province, config.scenario[0], config.overrides)
    names = {policy: _policy_name(inputs.catalogue.label(policy)[0], policy, config.lang) for policy in config.policies}
    labels = Labels(inputs.parameters.nodes, config.lang)
    _write(found, futures, store)
    _print(out, words["title"], "bold")
    for each in found:
        target = target_name(by_id[each.target_id], config.lang)
        _print(out, "  " + sentence(each, names[each.policy], target, labels, config.lang))
    legend = words["legend"]
    _print(out, legend.format(significance=config.discovery.significance, limits=LIMITS, peeling=PEELING))
    out.print()
    if config.figures:
        from experiments.figures.boxes import draw_box

        for each in found:
            if each.box is not None:
                title = f"{names[each.policy]}: {target_name(by_id[each.target_id], config.lang)}"
                stem = store.folder / "figures" / f"box_{each.policy}_{each.target_id}"
                table = futures[each.policy, each.target_id]
                draw_box(each.box, table, labels, title, stem)


def sentence(found: Finding, policy: str, target: str, labels: Labels, lang: str) -> str:
    """What was found, in a sentence.

    Args:
        found: the finding.
        policy: name of the policy for a reader.
        target: name of the target for a reader.
        labels: names of dimensions and scenarios.
        lang: en or zh.
    """
    words = TEXT[lang]
    hits = found.futures - found.misses
    facts = {
        "policy": policy, "target": target, "futures": found.futures, "misses": found.misses,
        "hits": hits, "share": _percent(found.misses / found.futures),
    }
    if not found.looked:
        kind, count = ("always", found.misses) if 2 * found.misses > found.futures else ("never", hits)
        low, high = wilson_interval(count, found.futures)
        edge = words["edge"].format(low=_percent(low), high=_percent(high))
        return words[kind].format(**facts, edge=edge)
    if found.box is None:
        return words["none"].format(**facts)
    box = found.box
    low, high = wilson_interval(box.cases, box.inside)
    limits = words["and"].join(limit_text(limit, labels, lang) for limit in box.limits)
    return words["box"].format(
        **facts, limits=limits, coverage=_percent(box.coverage), density=_percent(box.density), inside=box.inside,
        cases=box.cases, low=_percent(low), high=_percent(high),
    )


def limit_text(limit: Limit, labels: Labels, lang: str) -> str:
    """One restriction in words, with the parameter's label and path."""
    words = TEXT[lang]
    if limit.values:
        values = words["or"].join(map(labels.scenario, limit.values))
        return words["among"].format(name=words["scenario"], values=values)
    node = labels.nodes[limit.name]
    name = bracketed(node.zh if lang == "zh" else node.en, limit.name, lang)
    kind = "above" if limit.high is None else "below" if limit.low is None else "between"
    low, high = (None if end is None else f"{end:.3g}" for end in (limit.low, limit.high))
    return words[kind].format(name=name, low=low, high=high)


def _write(found: Sequence[Finding], futures: Mapping[tuple[str, str], pd.DataFrame], store: ResultStore) -> None:
    """Findings, restrictions, peeling trajectories and the futures themselves."""
    rows, limits, peeling = [], [], []
    for each in found:
        head = {"policy": each.policy, "target_id": each.target_id}
        box = each.box
        inside = {} if box is None else {
            "coverage": box.coverage, "density": box.density, "inside": box.inside, "cases": box.cases,
        }
        rows.append({**head, "futures": each.futures, "misses": each.misses, "looked": each.looked, **inside})
        if box is not None:
            limits += [
                {**head, "dimension": limit.name, "low": limit.low, "high": limit.high,
                 "values": " ".join(limit.values), "quasi_p": limit.quasi_p}
                for limit in box.limits
            ]
            peeling.append(box.trajectory.assign(chosen=box.trajectory.index == box.chosen, **head))
    columns = ["policy", "target_id", "futures", "misses", "looked", "coverage", "density", "inside", "cases"]
    store.write_csv(BOXES, pd.DataFrame(rows).reindex(columns=columns))
    names = ["policy", "target_id", "dimension", "low", "high", "values", "quasi_p"]
    store.write_csv(LIMITS, pd.DataFrame(limits, columns=names))
    store.write_csv(PEELING, pd.concat(peeling, ignore_index=True) if peeling else pd.DataFrame(columns=names[:2]))
    parts = [table.assign(policy=policy, target_id=target) for (policy, target), table in futures.items()]
    store.write_csv(FUTURES, pd.concat(parts, ignore_index=True).rename(columns={SCENARIO: "scenario"}))


def _policy_name(label_zh: str, policy: str, lang: str) -> str:
    return label_zh.replace(" + ", "+") if lang == "zh" else policy


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f}%"


def _print(out: Console, text: str, style: str = "") -> None:
    print_text(out, text, printed_width(out), style)
