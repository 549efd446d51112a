"""What a sensitivity analysis says, on the terminal and as files: tables in English and Chinese within 100 columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from rich.text import Text

from experiments.labels import joined, target_name
from experiments.questions import Commission
from experiments.study.factors import Factors, block_of
from experiments.study.outcomes import amount_number, amount_text, amount_unit
from experiments.tables.terminal import plain_table, print_text, printed_width
from sim.preparation import load_inputs

SHOWN = 3
"""Factors shown of each target; the files have all."""
WIDTHS = (20, 18)
"""Widths of the columns of targets and policies."""

BLOCKS_ZH: Mapping[str, str] = {
    "behaviour": "决策规则", "certification": "绿色工厂认定", "chains": "产业链", "demand": "绿色需求",
    "demography": "企业进退", "environment": "价格与增长", "finance": "金融", "information": "信息与诊断",
    "measures": "技改措施", "parks": "园区", "population": "企业群体", "power": "电力", "products": "绿色产品",
    "programmes": "专项行动", "retrofit": "技改选择", "service": "服务机构", "standards": "标准",
    "technology": "技术", "waste": "固废",
}

TEXT = {
    "en": {
        "target": "target", "quantity": "policy", "unit": "unit", "strongest": "strongest, strongest first",
        "groups": "Screening of groups: mean absolute effect of moving a group over its range (μ*)",
        "parameters": "Screening of parameters: mean absolute effect of moving one over its range (μ*)",
        "screened": "± half of the 95 % interval (bootstrap over {trajectories} trajectories). {seeds}. "
        "All factors: {file}",
        "sobol": "Total-order indices: part of the variance that would be left if only this parameter varied on",
        "change": "change N/2 to N",
        "indexed": "[95 % interval], {samples} base samples; the last column is the largest change of a total index "
        "when they were doubled. Intervals as wide as the index, or changes as large, call for more "
        "samples: sensitivity.samples={more}. {seeds}. All: {file}",
        "chance": "Chance against ignorance: where the variance of an outcome comes from",
        "deviation": "standard deviation", "ignorance": "ignorance of parameters", "luck": "chance (seeds)",
        "parts": "Share of the variance with its 95 % interval (bootstrap over {futures} points of the parameters "
        "drawn by uncertainty={uncertainty}, {replicates} seeds each). More knowledge can remove the first part only. "
        "{file}",
        "same": "does not vary", "nothing": "nothing moves it",
        "no_draws": "chance against ignorance: uncertainty=none draws no parameter; use uncertainty=core or wide",
        "plan": "planned at most: ", "runs": "{step} {count} runs", "seeds": "Averaged over {count} seeds",
        "seed": "Conditional on seed {first} (seeds=4 averages over four)",
        "next_groups": "Strongest groups: {names}. Their parameters one by one: "
        "'sensitivity.groups=[{names}]' 'sensitivity.steps=[groups,parameters]'",
        "next_parameters": "Strongest parameters: {names}. To decompose them, here or in another province: "
        "'sensitivity.parameters=[{names}]' sensitivity.steps=[sobol]",
    },
    "zh": {
        "target": "目标", "quantity": "政策组合", "unit": "单位", "strongest": "影响最大者（由大到小）",
        "groups": "参数组筛选：参数组在其取值范围内变动的平均绝对效应（μ*）",
        "parameters": "参数筛选：单个参数在其取值范围内变动的平均绝对效应（μ*）",
        "screened": "±为95%区间的一半（对{trajectories}条轨迹自助抽样）。{seeds}。全部结果：{file}",
        "sobol": "总效应指数：其他参数固定、仅该参数未知时仍保留的方差比例",
        "change": "N/2到N的变化",
        "indexed": "方括号内为95%区间，基础样本{samples}个；末列为样本加倍时总效应指数的最大变化。"
        "区间或变化与指数相当时，应增加样本：sensitivity.samples={more}。{seeds}。全部结果：{file}",
        "chance": "偶然与未知：结果方差的来源",
        "deviation": "标准差", "ignorance": "参数未知", "luck": "偶然（抽样）",
        "parts": "方差占比及95%区间（对uncertainty={uncertainty}的{futures}个参数点自助抽样，每点{replicates}次抽样）。"
        "增进认识只能减少前一部分。{file}",
        "same": "不变", "nothing": "均无影响",
        "no_draws": "偶然与未知：uncertainty=none不抽取任何参数；请用uncertainty=core或wide",
        "plan": "计划至多运行：", "runs": "{step} {count}次", "seeds": "{count}次抽样的平均",
        "seed": "以第{first}次抽样为条件（seeds=4取四次平均）",
        "next_groups": "影响最大的参数组：{names}。逐个筛选其参数："
        "'sensitivity.groups=[{names}]' 'sensitivity.steps=[groups,parameters]'",
        "next_parameters": "影响最大的参数：{names}。在本省或他省分解方差："
        "'sensitivity.parameters=[{names}]' sensitivity.steps=[sobol]",
    },
}


class Report:
    """Files, tables and figures of one analysis."""

    def __init__(self, commission: Commission, factors: Factors, targets: pd.DataFrame) -> None:
        self.commission, self.factors = commission, factors
        self.config = commission.experiment.config
        self.lang = self.config.lang
        self.words = TEXT[self.lang]
        self.targets = {str(row["target_id"]): row for _, row in targets.iterrows()}

    def named(self, quantity: str) -> str:
        """What is looked at, such as ``plan - current``; in Chinese by the labels of the policies."""
        if self.lang != "zh":
            return quantity
        catalogue = load_inputs(self.config.province).catalogue
        return "减".join(catalogue.label(policy)[0] for policy in quantity.split(" - "))

    def show_plan(self, runs: Mapping[str, int]) -> None:
        """Say how many runs the steps take, before the first one."""
        steps = joined((self.words["runs"].format(step=step, count=count) for step, count in runs.items()), self.lang)
        self.commission.log.print(self.words["plan"] + steps)

    def show_next(self, names: Sequence[str], kind: str) -> None:
        """Say how to go on from a screening."""
        self._print(self.words[f"next_{kind}"].format(names=",".join(names)))

    def show_no_draws(self) -> None:
        """Say why there is nothing to split."""
        self._print(self.words["no_draws"])

    def screening(self, effects: pd.DataFrame, file: str, kind: str) -> None:
        """Elementary effects: one row a (target_id, quantity, factor), see `indices.morris_effects`."""
        self._write(file, effects, "factor")
        rows = []
        for (target_id, quantity), own in self._by_quantity(effects):
            unit = amount_unit(self.targets[target_id], self.lang)
            rows.append((target_id, quantity, unit, self._strongest(target_id, own)))
        settings = self.config.sensitivity
        legend = self.words["screened"].format(trajectories=settings.trajectories, seeds=self._seeds(), file=file)
        heads = [self.words["unit"], self.words["strongest"]]
        self._table(self.words[kind], heads, rows, legend)
        self._draw(effects, kind)

    def indices(self, indices: pd.DataFrame, file: str) -> None:
        """Indices: one row a (target_id, quantity, parameter, samples), see `indices.sobol_indices`."""
        self._write(file, indices, "parameter")
        samples = self.config.sensitivity.samples
        rows = []
        for head, own in self._by_quantity(indices):
            last = own[own["samples"] == samples]
            if last["total"].isna().all():
                rows.append((*head, self.words["same"], "–"))
                continue
            half = own[own["samples"] == samples // 2].set_index("parameter")["total"]
            change = (last.set_index("parameter")["total"] - half).abs().max()
            text = "\n".join(
                f"{self.label(row['parameter'])} {_interval(row['total'], row['total_low'], row['total_high'])}"
                for _, row in last.sort_values("total", ascending=False, kind="stable")[:SHOWN].iterrows()
            )
            rows.append((*head, text, _number(float(change))))
        legend = self.words["indexed"].format(samples=samples, more=2 * samples, seeds=self._seeds(), file=file)
        heads = [self.words[key] for key in ("strongest", "change")]
        self._table(self.words["sobol"], heads, rows, legend)
        self._draw(indices[indices["samples"] == samples], "sobol")

    def chance(self, parts: pd.DataFrame, file: str) -> None:
        """Variance parts: one row a (target_id, quantity), see `variance_parts.VarianceParts`."""
        self._write(file, parts)
        rows = []
        for head, own in self._by_quantity(parts):
            row = own.iloc[0]
            spread = amount_text(math.sqrt(row["chance"] + row["ignorance"]), self.targets[head[0]], self.lang)
            if math.isnan(row["share"]):
                rows.append((*head, spread, self.words["same"], "–"))
                continue
            ignorance = _percent(row["share"], row["share_low"], row["share_high"])
            luck = _percent(1.0 - row["share"], 1.0 - row["share_high"], 1.0 - row["share_low"])
            rows.append((*head, spread, ignorance, luck))
        settings = self.config.sensitivity
        legend = self.words["parts"].format(
            futures=settings.futures, replicates=settings.replicates, uncertainty=self.config.uncertainty, file=file
        )
        self._table(self.words["chance"], [self.words[key] for key in ("deviation", "ignorance", "luck")], rows, legend)
        self._draw(parts, "chance")

    def label(self, factor: str) -> str:
        """A block or parameter in the language of the run."""
        if self.lang == "en":
            return factor
        return self.factors.label(factor, "zh") if factor in self.factors.nodes else BLOCKS_ZH.get(factor, factor)

    def _strongest(self, target_id: str, effects: pd.DataFrame) -> str:
        """The strongest factors of one target with their effects."""
        moving = effects[effects["mu_star"] > 0.0].sort_values("mu_star", ascending=False, kind="stable")[:SHOWN]
        target = self.targets[target_id]
        return "\n".join(
            f"{self.label(row['factor'])} {amount_number(row['mu_star'], target)} "
            f"±{amount_number(row['mu_star_high'] - row['mu_star'], target)}"
            for _, row in moving.iterrows()
        ) or self.words["nothing"]

    def _by_quantity(self, table: pd.DataFrame) -> list[tuple[tuple[str, str], pd.DataFrame]]:
        grouped = table.groupby(["target_id", "quantity"], sort=False)
        return [((str(target), str(quantity)), own) for (target, quantity), own in grouped]

    def _seeds(self) -> str:
        config = self.config
        if config.seeds == 1:
            return self.words["seed"].format(first=config.first_seed)
        return self.words["seeds"].format(count=config.seeds)

    def _write(self, file: str, table: pd.DataFrame, factor: str = "") -> None:
        """The table as CSV, parameters with their names in both languages, block and grade."""
        if factor:
            nodes = self.factors.nodes
            names = table[factor]
            facts = {
                "zh": [nodes[name].zh if name in nodes else BLOCKS_ZH.get(name, name) for name in names],
                "en": [nodes[name].en if name in nodes else name for name in names],
                "block": [block_of(name) for name in names],
                "grade": [nodes[name].grade if name in nodes else "" for name in names],
            }
            table = table.assign(**facts)
        self.commission.store.write_csv(file, table)

    def _draw(self, table: pd.DataFrame, kind: str) -> None:
        if self.config.figures:
            from experiments.figures.sensitivity import draw_sensitivity

            labels = {name: self.label(name) for name in table.get("factor", table.get("parameter", pd.Series()))}
            labels |= {name: self.named(name) for name in table["quantity"].unique()}
            folder = self.commission.store.folder / "figures"
            draw_sensitivity(table, kind, list(self.targets.values()), labels, self.lang, folder)

    def _table(self, title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]], legend: str) -> None:
        """Print a table: target and quantity, then the given columns, then how to read it."""
        table = plain_table()
        for place, head in enumerate([self.words["target"], self.words["quantity"], *heads]):
            last = {self.words["unit"]: 10, self.words["change"]: 10}.get(head)
            table.add_column(head, overflow="fold", width=WIDTHS[place] if place < len(WIDTHS) else last)
        shown = ""
        for target_id, quantity, *cells in rows:
            name = target_name(self.targets[target_id], "zh") if self.lang == "zh" else target_id.replace("_", " ")
            first = "" if target_id == shown else name
            table.add_row(*(Text(cell) for cell in (first, self.named(quantity), *cells)))
            shown = target_id
        self._print(title, "bold")
        out = self.commission.out
        out.print(table, width=printed_width(out))
        self._print(legend)
        out.print()

    def _print(self, text: str, style: str = "") -> None:
        out = self.commission.out
        print_text(out, text, printed_width(out), style)


def _interval(value: float, low: float, high: float) -> str:
    return f"{_number(value)} [{_number(low)}, {_number(high)}]"


def _number(value: float) -> str:
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text


def _percent(value: float, low: float, high: float) -> str:
    return f"{100 * value:.0f}% [{100 * low:.0f}, {100 * high:.0f}]"
