"""A mix and its recorded content: there and back again, also through JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.recompose import recompose
from policies.registry import registered
from policies.schedule import parse_quarter
from sim.inputs.policy_files import load_catalogue

CATALOGUE = load_catalogue()
SETTINGS = CATALOGUE.settings()
NAMES = tuple(name for name in CATALOGUE.mixes if name not in ("none", "current"))
QUARTERS = [f"{year}Q{quarter}" for year in range(2024, 2031) for quarter in range(1, 5)]


def plain(content: Mapping[str, Any]) -> Any:
    """Content as a manifest holds it."""
    return json.loads(json.dumps(content))


@st.composite
def dated_values(draw: st.DrawFn) -> dict[str, dict[str, float]]:
    """Changed values of some settings, as a user may give them."""
    keys = draw(st.lists(st.sampled_from(sorted(SETTINGS)), max_size=4, unique=True))
    return {
        key: draw(st.dictionaries(
            st.sampled_from(QUARTERS), st.floats(SETTINGS[key].low, SETTINGS[key].high), min_size=1, max_size=3
        ))
        for key in keys
    }  # fmt: skip


@given(
    st.sampled_from(("none", "current")),
    st.lists(st.sampled_from((*NAMES, *CATALOGUE.instruments)), max_size=3, unique=True),
    dated_values(),
)
def test_content_of_a_recomposed_mix_is_the_recorded_one(first, parts, changes):
    mix = CATALOGUE.mix([first, *parts], changes)
    again = recompose(mix.name, plain(mix.content()))
    assert again.unknown == ()
    assert again.mix.content() == mix.content()
    assert again.mix.adaptive == mix.adaptive
    assert [each.name for each in again.mix.instruments] == list(registered())
    for instrument in mix.instruments:
        assert again.mix[instrument.name].schedules == instrument.schedules


def test_what_is_no_longer_registered_is_named():
    content = plain(CATALOGUE.mix("plan_adaptive").content())
    content["instruments"]["horse_tax"] = {"rate": {"2026Q1": 0.1}}
    content["instruments"]["retrofit_subsidy"]["colour"] = {"2026Q1": 1.0}
    content["adaptive"]["links"][0]["instrument"] = "horse_tax"
    links = len(content["adaptive"]["links"])
    again = recompose("plan", content)
    setting = content["adaptive"]["links"][0]["setting"]
    assert again.unknown == ("retrofit_subsidy.colour", "horse_tax.rate", f"adaptive.horse_tax.{setting}")
    assert again.mix.adaptive is not None and len(again.mix.adaptive.links) == links - 1
    assert again.mix["retrofit_subsidy"].schedules["rate"].at(parse_quarter("2027Q1")) == 0.1


@pytest.mark.parametrize(
    "content",
    [{}, {"instruments": []}, {"instruments": {"retrofit_subsidy": {"rate": {"soon": 1.0}}}, "adaptive": None},
     {"instruments": {}, "adaptive": {"start": 1, "parameters": {"gain": 1.0}, "links": []}}],
)  # fmt: skip
def test_what_is_no_content_of_a_mix_is_refused(content):
    with pytest.raises(ValueError):
        recompose("plan", content)
