"""The synthetic population of Sichuan. Shared: nobody may change it."""

import pytest

from sim.inputs.model_parameters import load_parameters
from sim.inputs.province import load_province
from sim.population.arrival import FIRST_ENTRY
from sim.population.build import build_population
from sim.population.report import population_report

SEEDS = range(1, 9)


@pytest.fixture(scope="session")
def province():
    return load_province()


@pytest.fixture(scope="session")
def parameters(province):
    return load_parameters(province.folder / "parameters")


@pytest.fixture(scope="session")
def build(province, parameters):
    def run(seed, where=province):
        return build_population(
            where, parameters.population, parameters.demography, parameters.certification, seed)

    return run


@pytest.fixture(scope="session")
def columns(build):
    """The firms that seed 1 draws."""
    return build(1)


@pytest.fixture(scope="session")
def old(columns):
    """Which of them are there at the start."""
    return columns["arrival"] < FIRST_ENTRY


@pytest.fixture(scope="session")
def reports(build, province):
    """What was drawn beside the ranges of the tables, by seed."""
    return {seed: population_report(build(seed), province) for seed in SEEDS}
