"""Why one firm did or did not retrofit, buy green power and certify: in words and numbers, English or Chinese.

Every figure comes from the rules that decide for all firms, called on one row under the terms of the last quarter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.cells import cell_len, set_cell_size

from agents import certification as certification_rules
from agents.behaviour import Rule
from agents.bottleneck import classify
from agents.finance import project_budget
from agents.firm import BOTTLENECKS
from agents.retrofit import added_output
from agents.sourcing import sourcing_utility
from policies.schedule import quarter_label
from sim.explain_firm_words import CLASS_WORDS, JUDGEMENT_COLUMNS, TEXT
from sim.phases.certification import scores
from sim.phases.decision import rule_at_hand
from sim.phases.power import aims_at_certificate
from sim.phases.record import has_open_options
from sim.phases.retrofit import Wishes, weigh

if TYPE_CHECKING:
    from sim.model import ProvinceModel

SHOWN_OPTIONS = 8
NAME_WIDTH = 50
COLUMN_WIDTH = 9


def explain_firm(model: ProvinceModel, row: int, lang: str = "en") -> str:
    """Explain one firm's retrofit, green-power and certification decisions.

    Args:
        model: the model, after at least one step.
        row: slot of the firm.
        lang: "en" or "zh".

    Returns:
        Some lines of text.

    Raises:
        ValueError: for another language.
    """
    if lang not in TEXT:
        raise ValueError(f"lang is 'en' or 'zh', not {lang!r}")
    words, c = TEXT[lang], model.columns
    number = int(c["unique_id"][row])
    if not c["alive"][row]:
        return str(words["gone"]).format(id=number)
    name = f"name_{lang}"
    province = model.block.province
    head = str(words["head"]).format(
        id=number, sector=province.sectors[name].iloc[int(c["sector"][row])],
        prefecture=province.prefectures[name].iloc[int(c["prefecture"][row])], revenue=float(c["revenue"][row]),
        energy=float(c["energy"][row].sum()), electricity=float(c["electricity_mwh"][row]),
        quarter=quarter_label(model.quarter - 1),
    )
    return "\n".join([
        head, *_retrofit(model, row, lang), *_power(model, row, lang), _certification(model, row, lang),
        _chains(model, row, lang),
    ])


def _retrofit(model: ProvinceModel, row: int, lang: str) -> list[str]:
    """Bottleneck, table of open options, finance."""
    words, c = TEXT[lang], model.columns
    names = model.menu.name_en if lang == "en" else model.menu.name_zh
    at = slice(row, row + 1)
    now = classify(
        c["aware"][at], c["rounds"][at], c["stage"][at], c["last_outcome"][at], has_open_options(model)[at]
    )
    own = model.options.of(np.array([row]))
    adopted = [model.menu.measure_id[m] for m in model.options.measure[own[model.adopted[own]]]]
    lines = [str(words["retrofit"]).format(
        why=CLASS_WORDS[lang][BOTTLENECKS[int(now[0])]], rounds=int(c["rounds"][row]),
        adopted=", ".join(adopted) or "-",
    )]
    wishes = weigh(model, np.array([row]))
    if len(wishes.position) == 0:
        return lines
    rule = rule_at_hand(model, wishes.offers)
    heads = (*words["columns"], *_judgement_heads(rule, lang))
    lines += [str(words["table"]).format(rule=rule.zh if lang == "zh" else rule.en), _line([*heads])]
    judged = _judged(rule, wishes)
    order = np.argsort(-wishes.score)[:SHOWN_OPTIONS]
    for k in order:
        measure = int(model.options.measure[wishes.position[k]])
        payback = f"{wishes.capex[k] / wishes.saving[k]:.1f}" if wishes.saving[k] > 0 else str(words["never"])
        lines.append(_line([
            f"{model.menu.measure_id[measure]} {names[measure]}", f"{wishes.capex[k]:.3f}", f"{wishes.saving[k]:.3f}",
            payback, judged[k], f"{wishes.score[k]:.2f}",
        ]))
    if rule.sees_peers:
        lines.append(str(words["peers"]).format(share=float(rule.decision.peers[0])))
    return [*lines, _finance(model, row, wishes, lang)]


def _judgement_heads(rule: Rule, lang: str) -> tuple[str, str]:
    """Headings of the last two columns; a rule from outside has those of the built-in rule that it resembles."""
    heads = JUDGEMENT_COLUMNS[lang]
    names = [str(getattr(each, "name", "")) for each in type(rule).__mro__]
    like = "logit" if rule.requirement() is None else "threshold"
    return heads[next((name for name in names if name in heads), like)]


def _judged(rule: Rule, wishes: Wishes) -> list[str]:
    """What the score of every option is measured against: the utility without taste, or what the firm requires."""
    required = rule.requirement()
    if required is None:
        return [f"{value:.2f}" for value in wishes.score - rule.taste]
    return [f"{value:.1f}" if rule.requires_years else f"{value:.0%}" for value in required]


def _line(cells: list[str]) -> str:
    """One line of the table of options, in columns of equal width on the screen (Chinese characters are two wide)."""
    first, *rest = cells
    numbers = "".join(" " * max(COLUMN_WIDTH - cell_len(cell), 1) + cell for cell in rest)
    return f"  {set_cell_size(first, NAME_WIDTH)}{numbers}"


def _finance(model: ProvinceModel, row: int, wishes: Wishes, lang: str) -> str:
    """What the wished project costs and what the bank says to it."""
    words, c, terms = TEXT[lang], model.columns, model.terms
    retrofit = model.parameters.retrofit
    capex = float(wishes.full.capex[0])
    project = capex * retrofit.project_scope_factor
    guarantee = float(terms.guarantee_share[row])
    condition = ""
    if terms.grant_min_added_output > 0.0:
        added = float(added_output(np.array([project]), retrofit)[0])
        condition = str(words["condition"]).format(least=terms.grant_min_added_output, added=added)
    rows, finance = np.array([row]), model.parameters.finance
    cash, room = model.cash(rows), model.bank.room(model, rows, wishes.full.saving)
    budget = project_budget(cash, room, np.array([True]), finance.loan_to_value)
    return str(words["finance"]).format(
        project=project, capex=capex, cash=float(cash[0]), budget=float(budget[0]), ltv=finance.loan_to_value,
        pd=float(c["default_probability"][row]), alone=float(model.bank.cutoff(0.0)),
        helped=float(model.bank.cutoff(guarantee)), guarantee=guarantee, grant=float(terms.grant_rate[row]),
        condition=condition,
    )


def _power(model: ProvinceModel, row: int, lang: str) -> list[str]:
    """What the firm buys and how it values the alternatives."""
    words, c = TEXT[lang], model.columns
    rows = np.array([row])
    obligation = model.terms.power_obligation[rows]
    utility = sourcing_utility(
        c["electricity_mwh"][rows], obligation, aims_at_certificate(model, rows), model.year, model.parameters.power
    )[0]
    taste = [float(model.draws.gumbel("sourcing", j, remember=True)[row]) for j in range(len(utility))]
    options = words["sourcing"]
    values = "; ".join(f"{options[j]} {utility[j] + taste[j]:.2f}" for j in range(len(utility)))
    return [
        str(words["power"]).format(
            sourcing=options[int(c["sourcing"][row])], share=float(c["green_share"][row]), duty=float(obligation[0])
        ),
        str(words["utilities"]).format(values=values),
    ]


def _certification(model: ProvinceModel, row: int, lang: str) -> str:
    """Score, willingness and what the label would bring."""
    words, c, parameters = TEXT[lang], model.columns, model.parameters.certification
    rows = np.array([row])
    score = float(scores(model, rows)[0])
    if c["certified"][row]:
        since = quarter_label(int(c["certified_since"][row]))
        return str(words["certified"]).format(since=since, score=score, threshold=parameters.threshold)
    rank = model.draws.uniform("certification awareness", remember=True)[rows]
    considers = bool(certification_rules.considers(rank, c["size_score"][rows], model.year, parameters)[0])
    return str(words["uncertified"]).format(
        score=score, threshold=parameters.threshold, considers=words["considers"][considers],
        horizon=parameters.horizon, value=float(model.certification_value(rows)[0]),
        label=float(c["label_value"][row]), award=float(model.terms.certification_award[row]),
    )


def _chains(model: ProvinceModel, row: int, lang: str) -> str:
    """Certificates of products, and what the firm's chain leaders ask for."""
    words, c = TEXT[lang], model.columns
    network = model.leaders.network
    links = network.sales[np.flatnonzero(network.supplier == row)].indices
    return str(words["chains"]).format(
        product=words["holds"][bool(c["green_product"][row])],
        footprint=words["holds"][bool(c["carbon_footprint"][row])],
        product_value=float(c["product_value"][row]), footprint_value=float(c["footprint_value"][row]),
        leaders=len(links), asking=int(model.leaders.asking[links].sum()), stake=float(c["chain_value"][row]),
    )
