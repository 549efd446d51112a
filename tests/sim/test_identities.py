"""The accounting identities hold in every quarter whatever is tried."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.identities.every_quarter import violations
from sim.model import ProvinceModel
from sim.preparation import load_inputs, prepare_block

INPUTS = load_inputs("demo")
NODES = INPUTS.parameters.nodes
LAYERS = sorted({*INPUTS.catalogue.mixes, *INPUTS.catalogue.instruments} - {"none", "current"})


@st.composite
def overrides(draw):
    """Some parameters anywhere in their ranges, the ends included."""
    values = {}
    for path in draw(st.lists(st.sampled_from(sorted(NODES)), max_size=30, unique=True)):
        node, place = NODES[path], draw(st.sampled_from([0.0, 1.0]) | st.floats(0.0, 1.0))
        values[path] = float(np.clip(node.low + place * (node.high - node.low), node.low, node.high))
    return values


@st.composite
def policies(draw):
    """Mixes and instruments laid over each other, on top of nothing or of what is in force."""
    base = draw(st.sampled_from(["none", "current"]))
    return "+".join([base, *draw(st.lists(st.sampled_from(LAYERS), max_size=3, unique=True))])


def breaches(model: ProvinceModel) -> dict[int, list[str]]:
    """Violations by quarter over a whole run."""
    found = {}
    while not model.finished:
        model.step()
        if sentences := violations(model):
            found[model.quarter - 1] = sentences
    return found


@pytest.mark.filterwarnings("error::RuntimeWarning")
# A failure names policy, parameters and seed as drawn: making them smaller would take hundreds of whole runs.
@settings(
    max_examples=8, deadline=None, report_multiple_bugs=False,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target),
)
@given(policy=policies(), values=overrides(), seed=st.integers(0, 10**6))
def test_every_identity_holds_for_random_policies_parameters_and_seeds(policy, values, seed):
    block = prepare_block("demo", seed, overrides=values)
    assert breaches(ProvinceModel(policy, block=block)) == {}


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("policy", ["plan", "plan_adaptive"])
def test_every_identity_holds_in_the_whole_province(sichuan_block, policy):
    assert breaches(ProvinceModel(policy, block=sichuan_block)) == {}


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_entrants_of_a_sector_without_incumbents_have_revenue():
    block = prepare_block("demo", 892642)
    incumbents = np.bincount(block.columns["sector"][block.incumbents()], minlength=31)
    assert (incumbents[block.columns["sector"]] == 0).any()
    environment = block.environment
    assert (environment.revenue[environment.alive] > 0.0).all()
    assert breaches(ProvinceModel("current", block=block)) == {}


def test_a_model_without_a_finished_quarter_is_refused(demo_block):
    with pytest.raises(ValueError, match="has finished a quarter"):
        violations(ProvinceModel("none", block=demo_block))
