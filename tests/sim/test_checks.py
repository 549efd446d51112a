"""A run is refused with the faults of all its files at once, whichever of them is read first."""

import shutil

import pytest
from pack_files import edit, set_cell

from configs import CONFIG_ROOT
from sim.api import RunSpec, check
from sim.errors import ConfigError

SICHUAN = CONFIG_ROOT / "province" / "sichuan"


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A pack of one's own beside an empty folder of uncertainty settings."""
    folder = tmp_path / "province" / "mine"
    shutil.copytree(SICHUAN, folder)
    (tmp_path / "uncertainty").mkdir()
    monkeypatch.setattr("sim.inputs.province.PROVINCE_ROOT", tmp_path / "province")
    monkeypatch.setattr("sim.inputs.uncertainty.CONFIG_ROOT", tmp_path)
    return folder


def told(**spec) -> str:
    with pytest.raises(ConfigError) as caught:
        check(RunSpec(**{"province": "mine", **spec}), ["plam"])
    return str(caught.value)


def test_a_faulty_table_hides_no_fault_of_parameters_uncertainty_scenario_or_policy(mine):
    set_cell(mine / "tables/growth.csv", 5, "sector_code", "118")
    edit(mine / "parameters/finance.yaml", "loan_rate:", "loan_rat:")
    text = told(scenario="referense", uncertainty="cor", overrides={"retrofit.payback_slop": 1.0}, behaviour="nvp")
    for part in ("sector_code = 118", "finance.loan_rat = 0.0377: unknown key", "uncertainty = cor",
                 "did you mean 'reference'", "did you mean 'plan'", "behaviour = nvp"):
        assert part in text


def test_a_faulty_table_hides_no_fault_of_an_override_or_of_the_uncertainty_draws(mine):
    set_cell(mine / "tables/growth.csv", 5, "sector_code", "118")
    (mine.parents[1] / "uncertainty" / "some.yaml").write_text(
        "zh: 甲\nen: a\ndraws: {finance.loan_rat: {distribution: triangular}}\n", encoding="utf-8")
    text = told(uncertainty="some", overrides={"retrofit.payback_slop": 1.0})
    for part in ("sector_code = 118", "retrofit.payback_slop = 1.0", "draws.finance.loan_rat: unknown parameter"):
        assert part in text


def test_a_view_of_a_faulty_pack_tells_the_faults_of_its_base(mine):
    view = mine.parent / "view"
    view.mkdir()
    (view / "province.yaml").write_text("name: {zh: 甲, en: a}\nbase: mine\nfirms: 0\n", encoding="utf-8")
    edit(mine / "parameters/finance.yaml", "loan_rate:", "loan_rat:")
    text = told(province="view")
    assert "firms = 0" in text and "finance.loan_rat = 0.0377: unknown key" in text


def test_an_unknown_province_is_not_blamed_for_files_it_cannot_have(mine):
    text = told(province="mime", uncertainty="cor")
    assert "mime: unknown province" in text and "uncertainty = cor" in text
    assert "missing" not in text
