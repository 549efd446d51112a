"""Supply network, and that each clause's own indicator moves with its setting under common random numbers."""

import numpy as np
import pytest
from model_runs import run, with_parameters

from policies.schedule import parse_quarter
from sim.chains import build_network
from sim.draws import Draws
from sim.model import ProvinceModel

UPPER = {
    "chain_leaders.requirement_growth": (0.35, "chain_leaders_asking"),
    "chain_leaders.platforms": (17.0, "chain_platform_firms"),
    "export_requirement.chain_footprints": (0.3, "chain_leaders_asking"),
    "regional_cooperation.recognition": (0.6, "recognised_exports"),
    "product_certification.scope": (14.0, "green_product_firms"),
    "product_certification.cost_cut": (0.5, "carbon_footprint_firms"),
    "product_certification.acceptance": (0.0005, "green_product_firms"),
    "government_procurement.reserved_share": (0.8, "green_demand"),
}


@pytest.fixture(scope="module")
def current(sichuan_block):
    return run(sichuan_block, "current")


@pytest.mark.parametrize("setting", UPPER)
def test_the_own_indicator_rises_with_the_setting(sichuan_block, current, setting):
    value, indicator = UPPER[setting]
    changed = run(sichuan_block, "current", {setting: {"2026Q1": value}})
    assert changed.rows[-1][indicator] > current.rows[-1][indicator]


def test_platforms_make_certificates_cheaper(sichuan_block, current):
    changed = run(sichuan_block, "current", {"chain_leaders.platforms": {"2026Q1": 17.0}})
    for name in ("green_product_firms", "aware_share"):
        assert changed.rows[-1][name] > current.rows[-1][name]


def test_a_dearer_certificate_is_taken_out_less_often(sichuan_block, current):
    block = with_parameters(sichuan_block, "products", certificate_cost=0.3, footprint_cost=0.2)
    dear = run(block, "current")
    for name in ("green_product_firms", "carbon_footprint_firms"):
        assert dear.rows[-1][name] < current.rows[-1][name]


def test_requests_make_suppliers_retrofit(sichuan_block):
    """The same firms with ever more leaders asking, orders ten times as likely to be lost, and nobody told."""
    told = with_parameters(sichuan_block, "chains", request_awareness=0.0, loss_probability=1.0)
    deaf = with_parameters(told, "chains", retrofit_part=0.0, certificate_part=0.0)
    push = {"chain_leaders.requirement_growth": {"2026Q1": 0.35}}
    asked, not_asked = run(told, "none", push), run(deaf, "none", push)
    suppliers = asked.leaders.network.supplier
    rounds = [model.columns["rounds"][suppliers].sum() for model in (asked, not_asked)]
    assert rounds[0] > rounds[1]


def test_the_network_is_as_large_as_the_parameters_say(sichuan_block):
    network, c = sichuan_block.network, sichuan_block.columns
    assert len(network.leader) == len(set(network.leader.tolist())) == 17 * 6
    assert network.sales.nnz == 17 * 6 * 25
    sums = network.sales.sum(axis=1)
    assert sums.max() <= 0.5 + 1e-12
    assert sums.min() > 0.0
    assert np.all(c["chain_member"][network.supplier])
    assert np.all(c["arrival"][network.supplier] < sichuan_block.first)
    # the leaders are large: each in the top two per cent
    assert c["revenue_base"][network.leader].min() > np.quantile(c["revenue_base"], 0.98)


def test_leaders_prefer_near_and_large_suppliers(sichuan_block):
    network, c = sichuan_block.network, sichuan_block.columns
    links = network.sales.tocoo()
    same = c["prefecture"][network.supplier[links.row]] == c["prefecture"][network.leader[links.col]]
    chance = sum(
        (c["prefecture"][c["chain_member"]] == c["prefecture"][leader]).mean() for leader in network.leader
    ) / len(network.leader)
    assert same.mean() > 1.2 * chance
    assert np.median(c["revenue_base"][network.supplier]) > np.median(c["revenue_base"][c["chain_member"]])


def test_the_network_follows_its_firms_when_the_slots_are_shuffled(demo_block):
    order = np.random.default_rng(3).permutation(demo_block.slots)
    columns = {name: values[order] for name, values in demo_block.columns.items()}
    shuffled = build_network(
        demo_block.province, columns, columns["arrival"] < demo_block.first, demo_block.draws.permuted(order),
        demo_block.parameters.chains, demo_block.scale,
    )
    np.testing.assert_array_equal(order[shuffled.leader], demo_block.network.leader)
    place = np.argsort(order[shuffled.supplier])
    np.testing.assert_array_equal(order[shuffled.supplier][place], demo_block.network.supplier)
    np.testing.assert_array_equal(shuffled.sales.toarray()[place], demo_block.network.sales.toarray())


def test_another_seed_draws_other_links(demo_block):
    other = build_network(
        demo_block.province, demo_block.columns, demo_block.incumbents(), Draws(99, demo_block.slots),
        demo_block.parameters.chains, demo_block.scale,
    )
    np.testing.assert_array_equal(other.leader, demo_block.network.leader)
    assert not np.array_equal(other.supplier, demo_block.network.supplier)


def test_requests_are_felt_in_the_next_quarter(demo_block):
    model = ProvinceModel("none", block=demo_block)
    before = model.leaders.awareness.copy()
    assert model.quarter == parse_quarter("2026Q1")
    assert before.max() == demo_block.parameters.chains.request_awareness
    np.testing.assert_array_equal(before > 0.0, model.columns["chain_asked"])


def test_the_stocks_of_2025_are_those_of_the_parameters(sichuan_block):
    start = sichuan_block.snapshot.columns
    assert (start["green_product"] & start["alive"]).sum() == 300
    assert (start["carbon_footprint"] & start["alive"]).sum() == 250
