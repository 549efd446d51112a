"""Parameter draws: marginals as declared, stratified, extendable, independent of other parameters, on their ridge."""

import itertools
import math
import subprocess
import sys

import numpy as np
import pytest
import yaml
from scipy.stats import qmc

from configs import CONFIG_ROOT
from sim.api import RunSpec, model_content, run_block
from sim.errors import ConfigError
from sim.inputs.sampling import KEY, POINTS, SAMPLING, nested_strata, sobol_point, uniforms
from sim.inputs.uncertainty import Spread, load_uncertainty, quantile
from sim.preparation import load_inputs, prepare_block

NODES = load_inputs("demo").parameters.nodes
NAMES = [f"block.parameter_{number}" for number in range(23)]
SEEDS = range(1, 65)
DESIGNS = ("latin_hypercube", "sobol")
FOLDER = CONFIG_ROOT / "uncertainty"


def columns(sampling, seeds=SEEDS, names=NAMES):
    """(seeds, parameters) points of a design."""
    rows = [uniforms(sampling, seed, names) for seed in seeds]
    return np.array([[row[name] for name in names] for row in rows])


@pytest.mark.parametrize("sampling", DESIGNS)
@pytest.mark.parametrize("count", [2, 8, 64])
def test_every_interval_holds_one_seed(sampling, count):
    points = columns(sampling, range(1, count + 1))
    assert ((points > 0.0) & (points < 1.0)).all()
    for column in points.T:
        assert sorted(np.floor(column * count).astype(int)) == list(range(count))


@pytest.mark.parametrize("sampling", DESIGNS)
def test_means_are_far_nearer_than_those_of_independent_draws(sampling):
    """One point in each of N intervals: the mean is within 1/(2N) of 1/2, and of sd 1/sqrt(12 N^3) if placed freely.

    Independent draws have 1/sqrt(12 N), N times as much.
    """
    count = len(SEEDS)
    error = columns(sampling).mean(axis=0) - 0.5
    assert np.abs(error).max() <= 0.5 / count
    independent = columns("independent").mean(axis=0) - 0.5
    assert np.sqrt(np.mean(error**2)) < 0.1 * np.sqrt(np.mean(independent**2))
    if sampling == "latin_hypercube":
        assert np.sqrt(np.mean(error**2)) == pytest.approx(1.0 / math.sqrt(12.0 * count**3), rel=0.5)


@pytest.mark.parametrize("spread", [
    Spread("triangular", 0.2, 0.8), Spread("triangular", 0.5, 2.0), Spread("log_uniform", 0.1, 10.0),
])
def test_values_follow_the_declared_distribution(spread):
    """The i-th smallest of N values lies between the quantiles (i - 1)/N and i/N: a band, not a test of chance."""
    values = np.sort([quantile(spread, 0.5, u) for u in columns("latin_hypercube")[:, 0]])
    edges = [quantile(spread, 0.5, min(max(i / 64, 1e-12), 1 - 1e-12)) for i in range(65)]
    assert (values >= np.array(edges[:-1])).all()
    assert (values <= np.array(edges[1:])).all()


def test_quantiles_by_hand():
    triangle = Spread("triangular", 0.0, 2.0)
    assert [quantile(triangle, 1.0, u) for u in (0.125, 0.5, 0.875)] == pytest.approx([0.5, 1.0, 1.5])
    assert quantile(triangle, 0.0, 0.75) == pytest.approx(1.0)  # mode at the low end: F(x) = 1 - (1 - x/2)^2
    assert quantile(Spread("log_uniform", 0.01, 100.0), 1.0, 0.25) == pytest.approx(0.1)
    assert quantile(Spread("triangular", 0.3, 0.3), 0.3, 0.9) == 0.3


@pytest.mark.parametrize("sampling", SAMPLING)
def test_more_seeds_extend_and_order_does_not_matter(sampling):
    long = columns(sampling, range(1, 101))
    np.testing.assert_array_equal(long[:10], columns(sampling, range(1, 11)))
    np.testing.assert_array_equal(long[[41, 6]], columns(sampling, [42, 7]))


def test_the_points_of_a_column_do_not_depend_on_how_many_are_wanted():
    for count in (1, 2, 3, 20, 33):
        np.testing.assert_array_equal(nested_strata("x", count), nested_strata("x", 200)[:count])


def test_sobol_points_are_those_of_the_library():
    expected = qmc.Sobol(3, scramble=True, rng=KEY).random(16)
    np.testing.assert_array_equal([sobol_point(3, index) for index in range(16)], expected)
    assert sobol_point(0, 3).shape == (0,)


@pytest.mark.parametrize("sampling", ["latin_hypercube", "independent"])
def test_adding_or_moving_a_parameter_changes_no_other(sampling):
    before = uniforms(sampling, 7, NAMES)
    after = uniforms(sampling, 7, ["added.first", *reversed(NAMES), "added.last"])
    assert {name: after[name] for name in NAMES} == before


def test_any_integer_is_a_seed():
    for sampling in SAMPLING:
        for seed in (-3, 0, POINTS, POINTS + 1, 10**12):
            point = uniforms(sampling, seed, NAMES[:2])
            assert all(0.0 < value < 1.0 for value in point.values())
    assert uniforms("latin_hypercube", POINTS + 1, NAMES) == uniforms("latin_hypercube", 1, NAMES)


def correlations(points):
    """Correlations of all pairs of columns."""
    matrix = np.corrcoef(points.T)
    return np.array([matrix[i, j] for i, j in itertools.combinations(range(len(matrix)), 2)])


def test_the_hypercube_tells_parameters_apart_where_sobol_cannot():
    """Pairs are as uncorrelated as independent draws (sd 1/sqrt(N - 1)); few Sobol' points are not."""
    few = range(1, 33)
    paired = correlations(columns("latin_hypercube", few))
    assert np.sqrt(np.mean(paired**2)) == pytest.approx(1.0 / math.sqrt(31.0), rel=0.25)
    assert np.abs(paired).max() < 0.65
    assert np.abs(correlations(columns("sobol", few))).max() > 0.75


def test_scipy_stats_is_imported_for_sobol_alone():
    script = (
        "import sys; from sim.inputs.sampling import uniforms; uniforms('latin_hypercube', 3, ['a']);"
        "uniforms('independent', 3, ['a']); assert 'scipy.stats' not in sys.modules; uniforms('sobol', 3, ['a']);"
        "assert 'scipy.stats' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize("name", ["core", "wide"])
def test_draws_lie_in_their_ranges_and_on_their_ridge(name):
    uncertainty = load_uncertainty(name, NODES)
    assert uncertainty.sampling == "latin_hypercube"
    ridge = uncertainty.ridges["retrofit.choice_constant"]
    x, y = zip(*ridge.points, strict=True)
    for seed in range(1, 33):
        values = uncertainty.sample(seed, NODES)
        assert set(values) == {*uncertainty.draws, "retrofit.choice_constant"}
        for path, spread in uncertainty.draws.items():
            assert NODES[path].low <= spread.low <= values[path] <= spread.high <= NODES[path].high
        assert values["retrofit.choice_constant"] == np.interp(values["information.initial_awareness"], x, y)


def test_wide_draws_everything_with_a_range_and_core_as_core_does():
    core, wide = (load_uncertainty(name, NODES) for name in ("core", "wide"))
    free = {path for path, node in NODES.items() if node.high > node.low}
    assert set(wide.draws) | set(wide.ridges) == free
    assert {path: wide.draws[path] for path in core.draws} == dict(core.draws)
    assert wide.ridges == core.ridges
    one, other = core.sample(5, NODES), wide.sample(5, NODES)
    assert {path: other[path] for path in one} == one


def test_none_draws_nothing():
    assert load_uncertainty("none", NODES).sample(3, NODES) == {}


@pytest.mark.parametrize("name", ["core", "wide"])
def test_policies_and_rules_on_one_seed_share_their_draw(name):
    spec = RunSpec("demo", uncertainty=name)
    assert spec.parameters_for(3) == RunSpec("demo", "weak_demand", uncertainty=name, behaviour="npv").parameters_for(3)
    assert spec.parameters_for(3) != spec.parameters_for(4)
    block = prepare_block("demo", 3, overrides=spec.parameters_for(3))
    expected = {path: block.parameters.nodes[path].value for path in spec.parameters_for(3)}
    assert expected == spec.parameters_for(3)
    alone = run_block(spec, 3, ["plan"]).indicators
    together = run_block(spec, 3, ["current", "plan"]).indicators
    shared = together[together["policy"] == "plan"].reset_index(drop=True)
    assert alone.equals(shared)


def test_an_override_wins_over_a_draw():
    spec = RunSpec("demo", uncertainty="wide", overrides={"information.peer_hazard": 0.2})
    assert {spec.parameters_for(seed)["information.peer_hazard"] for seed in (1, 2)} == {0.2}


def test_the_content_of_a_run_names_the_design():
    assert model_content(RunSpec("demo", uncertainty="core"), [])["uncertainty"]["sampling"] == "latin_hypercube"


def refused(tmp_path, **content):
    """What is said of an uncertainty file."""
    files = {"core": {"draws": {"information.peer_hazard": {"distribution": "triangular"}}},
             "based": {"base": "core"}, "mine": content}
    for name, each in files.items():
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump({"zh": "甲", "en": "a"} | each), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_uncertainty("mine", NODES, tmp_path)
    return str(caught.value)


@pytest.mark.parametrize(("content", "said"), [
    ({"sampling": "sobel"}, "sampling = sobel: one of latin_hypercube, sobol, independent; did you mean 'sobol'?"),
    ({"samplin": "sobol"}, "unknown key; did you mean 'sampling'?"),
    ({"base": "cor"}, "base = cor: there are based, core; did you mean 'core'?"),
    ({"base": "mine"}, "base = mine: there are based, core"),
    ({"base": "based"}, "a file is needed that has no base itself"),
    ({"others": "normal"}, "one of triangular, log_uniform"),
    ({"others": "log_uniform"}, "name it under draws"),
    ({"draws": ["x"]}, "draws = ['x']: entries by parameter are needed"),
    ({"draws": {"information.peer_hazrd": {"distribution": "triangular"}}}, "did you mean 'information.peer_hazard'?"),
    ({"draws": {"information.peer_hazard": {"distribution": "triangle"}}}, "did you mean 'triangular'?"),
    ({"draws": {"information.peer_hazard": {"distribution": "triangular", "range": 3}}}, "two finite numbers"),
    ({"draws": {"information.peer_hazard": {"distribution": "triangular", "range": [0.1, 9.0]}}}, "within [0.0, 0.4]"),
    ({"base": "core", "ridges": {"retrofit.choice_constant": {"of": "information.peer_hazard", "points": [1, 2]}}},
     "pairs of finite numbers"),
])
def test_broken_files_are_refused(tmp_path, content, said):
    assert said in refused(tmp_path, **content)


def test_a_file_can_follow_a_drawn_parameter_of_its_base(tmp_path):
    for name in ("core", "wide"):
        (tmp_path / f"{name}.yaml").write_text((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump({
        "base": "core", "sampling": "independent",
        "ridges": {"retrofit.hidden_cost": {"of": "retrofit.renewal_hazard", "points": [[0.05, 0.3], [0.125, 0.0]]}},
    }), encoding="utf-8")
    mine = load_uncertainty("mine", NODES, tmp_path)
    values = mine.sample(1, NODES)
    assert mine.sampling == "independent"
    assert values["retrofit.hidden_cost"] == pytest.approx(
        float(np.interp(values["retrofit.renewal_hazard"], [0.05, 0.125], [0.3, 0.0]))
    )
