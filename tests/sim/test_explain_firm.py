"""The explanation of a firm says in both languages what the columns hold, for every class of bottleneck."""

import re

import numpy as np
import pytest
from model_runs import start, steps

from agents.bottleneck import INELIGIBLE
from agents.firm import BOTTLENECKS
from policies.schedule import quarter_label
from sim.explain_firm import explain_firm
from sim.explain_firm_words import CLASS_WORDS
from sim.phases.retrofit import weigh
from sim.preparation import prepare_block

LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module")
def model():
    """A demo model with scarce providers, so that some firms queue; one firm has taken every option it has."""
    scarce = {"service.providers": 50.0, "service.projects_per_provider": 8.0, "service.growth_limit": 0.03}
    model = start(prepare_block("demo", 1, overrides=scarce), "plan")
    c = model.columns
    steps(model, 6)
    row = int(np.flatnonzero(c["alive"] & c["aware"] & (c["rounds"] == 0) & (c["stage"] == 0))[0])
    model.mark_adopted(model.options.of(np.array([row])), True)
    return steps(model, 1)


def row_of(model, group):
    rows = np.flatnonzero(model.columns["alive"] & (model.columns["bottleneck"] == group))
    assert len(rows), f"nobody is {BOTTLENECKS[group]}"
    return int(rows[0])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("group", range(len(BOTTLENECKS)), ids=BOTTLENECKS)
def test_every_class_is_named_with_the_numbers_of_its_columns(model, group, lang):
    row = row_of(model, group)
    text, c = explain_firm(model, row, lang), model.columns
    assert CLASS_WORDS[lang][BOTTLENECKS[group]] in text
    others = set(CLASS_WORDS[lang].values()) - {CLASS_WORDS[lang][BOTTLENECKS[group]]}
    assert not [words for words in others if words in text]
    first = text.splitlines()[0]
    for number in (
        str(c["unique_id"][row]), f"{c['revenue'][row]:,.0f}", f"{c['energy'][row].sum():,.0f}",
        f"{c['electricity_mwh'][row]:,.0f}", quarter_label(model.quarter - 1),
    ):
        assert number in first
    names = f"name_{lang}"
    province = model.block.province
    assert province.sectors[names].iloc[int(c["sector"][row])] in first
    assert province.prefectures[names].iloc[int(c["prefecture"][row])] in first


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_firm_view_explains_itself(model, lang):
    row = row_of(model, 0)
    assert model.firms.view(row).explain(lang) == explain_firm(model, row, lang)


def test_the_options_shown_are_those_that_the_rules_weigh(model):
    row = row_of(model, BOTTLENECKS.index("uneconomic"))
    wishes = weigh(model, np.array([row]))
    text = explain_firm(model, row)
    shown = re.findall(r"^  (M\d+) .*?(-?[\d.]+|-inf)\s+(-?[\d.]+|-inf)$", text, re.M)
    scores = zip(wishes.score, model.options.measure[wishes.position], strict=True)
    expected = sorted(scores, key=lambda each: (-each[0], each[1]))[:8]
    assert [name for name, _, _ in shown] == [model.menu.measure_id[m] for _, m in expected]
    assert [float(score) for _, _, score in shown] == pytest.approx([s for s, _ in expected], abs=0.005)
    taste = [model.taste[wishes.position[model.options.measure[wishes.position] == m][0]] for _, m in expected]
    value = [s - t for (s, _), t in zip(expected, taste, strict=True)]
    assert [float(v) for _, v, _ in shown] == pytest.approx(value, abs=0.005)


@pytest.mark.parametrize(("lang", "beginning"), [("en", "  Wished project"), ("zh", "  意向项目")])
def test_money_matters_are_those_of_the_bank(model, lang, beginning):
    row = row_of(model, BOTTLENECKS.index("unfinanced"))
    line = next(each for each in explain_firm(model, row, lang).splitlines() if each.startswith(beginning))
    rows, c = np.array([row]), model.columns
    capex = weigh(model, rows).full.capex[0]
    guarantee = float(model.terms.guarantee_share[row])
    for amount in (capex * model.parameters.retrofit.project_scope_factor, capex, model.cash(rows)[0]):
        assert f"{amount:,.2f}" in line
    for share in (c["default_probability"][row], model.bank.cutoff(0.0), model.bank.cutoff(guarantee)):
        assert f"{float(share):.2%}" in line
    for share in (guarantee, model.terms.grant_rate[row]):
        assert f"{share:.0%}" in line


@pytest.mark.parametrize("lang", LANGUAGES)
def test_listed_and_unlisted_factories(model, lang):
    c = model.columns
    listed = int(np.flatnonzero(c["alive"] & c["certified"])[0])
    unlisted = int(np.flatnonzero(c["alive"] & ~c["certified"])[0])
    assert quarter_label(int(c["certified_since"][listed])) in explain_firm(model, listed, lang).splitlines()[-2]
    last = explain_firm(model, unlisted, lang).splitlines()[-2]
    assert f"{c['label_value'][unlisted]:,.3f}" in last
    assert f"{model.parameters.certification.threshold:.0f}" in last


@pytest.mark.parametrize("lang", LANGUAGES)
def test_green_power_is_what_was_delivered(model, lang):
    c = model.columns
    row = int(np.argmax(c["green_share"] * c["alive"]))
    assert f"{c['green_share'][row]:.1%}" in explain_firm(model, row, lang)


@pytest.mark.parametrize(("lang", "words"), [("en", "does not exist in this quarter"), ("zh", "在本季度不存在")])
def test_firms_that_are_gone_or_to_come(model, lang, words):
    c = model.columns
    gone = int(np.flatnonzero(~c["alive"] & (c["arrival"] < model.quarter))[0])
    to_come = int(np.argmax(c["arrival"]))
    for row in (gone, to_come):
        text = explain_firm(model, row, lang)
        assert words in text
        assert str(c["unique_id"][row]) in text
        assert len(text.splitlines()) == 1


def test_a_firm_without_open_options_gets_no_table(model):
    text = explain_firm(model, row_of(model, INELIGIBLE))
    assert "Open options" not in text
    assert "measures in place: M" in text


def test_explaining_changes_nothing(model):
    before = {name: values.copy() for name, values in model.columns.items()}
    for group in range(len(BOTTLENECKS)):
        explain_firm(model, row_of(model, group))
    for name, values in before.items():
        np.testing.assert_array_equal(values, model.columns[name])


def test_a_finished_model_can_still_explain(demo_block):
    model = start(demo_block, "plan").run()
    row = int(np.flatnonzero(model.columns["alive"])[0])
    assert "2030Q4" in explain_firm(model, row)


def test_other_languages_are_refused(model):
    with pytest.raises(ValueError, match="'en' or 'zh', not 'de'"):
        explain_firm(model, 0, "de")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_suppliers_hear_what_their_leaders_ask_for(model, lang):
    c = model.columns
    asked = int(np.flatnonzero(c["chain_asked"] & c["alive"])[0])
    last = explain_firm(model, asked, lang).splitlines()[-1]
    assert f"{c['chain_value'][asked]:,.3f}" in last
    assert f"{c['footprint_value'][asked]:,.3f}" in last
