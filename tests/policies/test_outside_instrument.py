"""An instrument from outside the package: somebody's module and YAML file, registered, and seen to act in a run."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from configs import CONFIG_ROOT
from policies.registry import register, registered, unregister
from sim import simulate
from sim.errors import ConfigError
from sim.inputs.policy_files import load_catalogue
from sim.preparation import prepare_block

MODULE = '''
"""Written by somebody who has GreenMill installed and no copy of its source."""

import numpy as np

from policies.instrument import Instrument, Setting


class CourseVouchers(Instrument):
    """Every small firm can have a course that makes retrofits more attractive; the city pays for each."""

    name = "course_vouchers"
    clauses = ("III-7",)
    payer = "city"
    attending = np.zeros(0, dtype=bool)

    pull = Setting("logit", 0.0, 5.0, doc="shift of the retrofit utility", switch=True)
    fee = Setting("m CNY per firm", 0.0, 1.0, doc="cost of a course")

    def apply(self, quarter, firms, terms, ledger, context):
        self.attending = firms["alive"] & (firms["size_class"] >= 2)
        terms.utility_shift += np.where(self.attending, self.pull.at(quarter), 0.0)

    def outlays(self, quarter, terms, flows):
        return (self.charge(float(np.count_nonzero(self.attending)) * self.fee.at(quarter)),)
'''

SETTING = (
    "{{unit: {unit}, range: [0.0, 1.0], null_value: 0.0, source: judgement, grade: D, clause: III-7, "
    "zh: 设置, en: {name}}}"
)
DOCUMENT = f"""
name: course_vouchers
zh: 培训券
en: Course vouchers
settings:
  pull: {SETTING.format(unit="logit", name="pull")}
  fee: {SETTING.format(unit="m CNY per firm", name="fee")}
"""
MIX = """
name: courses
zh: 培训券试点
en: Courses
summary_zh: 2028年起向小微企业发放培训券。
summary_en: From 2028 on, small firms get courses.
base: current
set:
  course_vouchers.pull: {values: {2028Q1: 1.0}, unit: logit, source: judgement, grade: D, clause: III-7}
  course_vouchers.fee: {values: {2028Q1: 0.02}, unit: m CNY per firm, source: judgement, grade: D, clause: III-7}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Somebody's policy folder; their module is imported and its instrument registered."""
    (tmp_path / "somebodys_instruments.py").write_text(MODULE, encoding="utf-8")
    place = tmp_path / "policy"
    shutil.copytree(CONFIG_ROOT / "policy", place)
    (place / "instrument" / "course_vouchers.yaml").write_text(DOCUMENT, encoding="utf-8")
    (place / "mix" / "courses.yaml").write_text(MIX, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    register(importlib.import_module("somebodys_instruments").CourseVouchers)
    try:
        yield place
    finally:
        unregister("course_vouchers")
        importlib.sys.modules.pop("somebodys_instruments")


def test_it_acts_in_a_run_from_its_date_on_and_is_paid_for(folder: Path):
    block = prepare_block("demo", seed=1)
    before = simulate("current", block=block)
    block.catalogue = load_catalogue(folder)
    null = simulate("current", block=block).indicators
    assert null.equals(before.indicators), "at null it changes nothing, bit for bit"
    courses = simulate("courses", block=block)
    names = [name for name in before.indicators if name != "policy"]
    old, new = before.indicators[names], courses.indicators[names]
    early = old["quarter"] < "2028Q1"
    assert new[early].equals(old[early])
    assert new["retrofit_projects"].sum() > old["retrofit_projects"].sum()
    own = courses.ledger[courses.ledger["instrument"] == "course_vouchers"].set_index("year")
    assert own.index.tolist() == [2028, 2029, 2030]
    assert set(own["payer"]) == {"city"} and set(own["kind"]) == {"outlay"}
    model = courses.model
    firms, pulled = model.columns, model.terms.utility_shift > before.model.terms.utility_shift
    small = firms["size_class"] >= 2
    # terms are set before firms come and go in the quarter
    stayed = firms["alive"] & (firms["arrival"] < model.quarter - 1)
    assert pulled.any() and not pulled[~small].any()
    assert pulled[stayed & small].all()
    # four quarters of every small firm in business, at 0.02 m CNY each, while some come and go
    assert own.loc[2030, "amount"] == pytest.approx(4 * np.count_nonzero(pulled) * 0.02, rel=0.1)


def test_it_is_composed_and_described_like_every_other(folder: Path):
    catalogue = load_catalogue(folder)
    assert "course_vouchers" in catalogue.instruments
    rows = {(row.instrument, row.setting, row.quarter, row.value) for row in catalogue.describe("courses")}
    assert rows == {("course_vouchers", "pull", "2028Q1", 1.0), ("course_vouchers", "fee", "2028Q1", 0.02)}
    stacked = [each.name for each in catalogue.mix("plan+courses").instruments]
    assert stacked[-1] == "course_vouchers", "it stacks after the built-in ones"


def test_a_document_without_its_class_and_a_mix_without_its_document_are_told(folder: Path):
    cls = registered()["course_vouchers"]
    unregister("course_vouchers")
    try:
        with pytest.raises(ConfigError, match="course_vouchers"):
            load_catalogue(folder)
    finally:
        register(cls)
    (folder / "instrument" / "course_vouchers.yaml").unlink()
    with pytest.raises(ConfigError, match="course_vouchers"):
        load_catalogue(folder)
