"""The numbers of page, workbook and brief are those of the store."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from report_pages import QUIET, Page

from experiments.labels import outcome_text
from experiments.report.material import Material
from experiments.report.targets import JOINER, NO_BREAK
from experiments.report.writing import Request, write_report
from experiments.store import load
from experiments.tables.summary import wilson_interval

SHOWN = ("p50", "p05", "p95", "share_met", "share_low", "share_high")


@pytest.fixture(scope="module")
def targets(folder: Path) -> pd.DataFrame:
    """Headline rows of the store, as written to targets.csv."""
    table = pd.read_csv(folder / "targets.csv", keep_default_na=False, na_values=[""])
    return table[table["headline"]]


def in_order(material: Material, targets: pd.DataFrame, role: str) -> list[pd.Series]:
    """Rows in the order of the report: target by target, policy by policy."""
    registry = material.first.headline_targets
    keyed = targets.set_index(["target_id", "policy"], drop=False)
    return [keyed.loc[(name, policy)] for name in registry[registry["role"] == role]["target_id"]
            for policy in material.results.config.policies]


@pytest.mark.parametrize("role", ["outcome", "delivery"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_page_holds_the_target_table_of_the_store(pages, material: Material, targets, lang: str, role: str):
    page = Page(pages[lang].read_text(encoding="utf-8"))
    rows = page.rows(f"{role}_targets", shared=3)
    expected = in_order(material, targets, role)
    assert len(rows) == len(expected) > 0
    registry = material.first.headline_targets.set_index("target_id", drop=False)
    for cells, facts in zip(rows, expected, strict=True):
        for place, name in zip((4, 5, 6, 10, 11, 12), SHOWN, strict=True):
            assert float(cells[place].value) == facts[name]
        assert cells[4].text == outcome_text(facts["p50"], registry.loc[facts["target_id"]])
        assert (int(cells[8].text), int(cells[9].text)) == (round(facts["share_met"] * 3), 3)
        assert (float(cells[11].value), float(cells[12].value)) == pytest.approx(wilson_interval(int(cells[8].text), 3))
        assert cells[3].text == (facts["policy"] if lang == "en" else material.results.labels_zh[facts["policy"]])


def test_page_holds_the_public_cost_of_the_store(pages, folder: Path):
    page, summary = Page(pages["en"].read_text(encoding="utf-8")), pd.read_csv(folder / "summary.csv")
    cost = summary.query("quantity == 'public_cost' and payer == 'all'").set_index("policy")
    rows = page.rows("cost")
    assert [row[0].text for row in rows] == list(load(folder).config.policies)
    for row in rows:
        assert float(row[1].value) == pytest.approx(cost["p50"][row[0].text] / 1000, rel=1e-12)


def test_classes_of_firms_sum_to_all_of_them(pages, folder: Path):
    page = Page(pages["en"].read_text(encoding="utf-8"))
    rows = page.rows("bottlenecks")
    for year in range(1, 6):
        assert sum(float(row[year].value) for row in rows) == pytest.approx(1.0)
    own = load(folder).indicators.query("policy == 'plan' and quarter == '2030Q4'")
    done = (own["bottleneck_done"] / own["firms"]).mean()
    assert float(rows[-1][5].value) == pytest.approx(done)


def test_paired_differences_of_the_page_are_means_over_seeds(pages, folder: Path):
    page = Page(pages["en"].read_text(encoding="utf-8"))
    outcomes = load(folder).outcomes.query("headline and target_id == 'green_factories'")
    values = outcomes.pivot(index="seed", columns="policy", values="value")
    rows = [row for row in page.rows("differences", shared=1) if row[0].text == "Green factories (stock)"]
    shown = {row[1].text: float(row[3].value) for row in rows if row[3].value}
    assert shown["plan"] == pytest.approx((values["plan"] - values["current"]).mean())
    assert "current" not in shown, "its difference to itself is no finding"


def test_summary_sentence_is_made_of_the_numbers(pages, material: Material, targets):
    text = pages["en"].read_text(encoding="utf-8")
    facts = targets.set_index(["target_id", "policy"]).loc[("green_factories", "plan")]
    target = material.first.headline_targets.set_index("target_id", drop=False).loc["green_factories"]
    low, high = (f"{100 * facts[name]:.0f}%" for name in ("share_low", "share_high"))
    met = round(facts["share_met"] * 3)
    assert f": {outcome_text(facts['p50'], target)} under plan" in text
    assert f"met in {met} of 3 draws (95 % interval of the share {low} to {high})" in text


def test_workbook_holds_numbers_not_texts(folder: Path, workbook: Path, material: Material, targets):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(workbook)
    sheet = book["outcome_targets"]
    heads = [cell.value for cell in sheet[1]]
    assert sheet.freeze_panes == "A2"
    assert heads[4:7] == ["median", "5 %", "95 %"]
    expected = in_order(material, targets, "outcome")
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == len(expected)
    for row, facts in zip(rows, expected, strict=True):
        assert [row[place].value for place in (4, 5, 6, 10)] == pytest.approx(
            [facts[name] for name in ("p50", "p05", "p95", "share_met")], rel=1e-12)
        assert isinstance(row[4].value, int | float)
    assert {"overview", "cost", "definitions", "parameters", "provenance", "README"} <= set(book.sheetnames)
    assert book["cost"]["B1"].value == "public cost (bn CNY)"
    readme = "\n".join(str(cell.value) for row in book["README"].iter_rows() for cell in row if cell.value)
    assert load(folder).manifest["fingerprint"] in readme
    assert all(sheet.column_dimensions["A"].width > 8 for sheet in book)


def test_no_cell_of_the_workbook_is_a_formula(workbook: Path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(workbook)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path):
    openpyxl = pytest.importorskip("openpyxl")
    from experiments.report.document import Column, Table, cell
    from experiments.report.workbook import add_sheet

    book = openpyxl.Workbook()
    add_sheet(book.active, Table("trial", "", (Column("a"),), ((cell("=1+1"),),)))
    book.save(tmp_path / "trial.xlsx")
    found = openpyxl.load_workbook(tmp_path / "trial.xlsx").active["A2"]
    assert (found.value, found.data_type) == ("=1+1", "s")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_brief_holds_the_targets_and_can_be_read_by_office_programs(folder: Path, material: Material, targets, lang):
    docx = pytest.importorskip("docx")
    from docx.oxml.ns import qn

    document = docx.Document(str(write_report(Request(folder, lang, "docx"), QUIET)))
    (table,) = document.tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    registry = material.first.headline_targets.set_index("target_id", drop=False)
    names = [*registry[registry["role"] == "outcome"].index, *registry[registry["role"] == "delivery"].index]
    keyed = targets.set_index(["target_id", "policy"])
    assert len(rows) == 1 + len(names)
    for name, cells in zip(names, rows[1:], strict=True):
        for policy, text in zip(material.shown_policies, cells[3:], strict=True):
            facts = keyed.loc[(name, policy)]
            low, high = 100 * facts["share_low"], 100 * facts["share_high"]
            shown = text.replace(NO_BREAK, " ").replace(JOINER, "")
            assert shown == (f"{outcome_text(facts['p50'], registry.loc[name])} · {round(facts['share_met'] * 3)}/3 "
                             f"[{low:.0f}–{high:.0f}%]")
    headings = [each.text for each in document.paragraphs if each.style.name.startswith("Heading")]
    assert len(headings) == 4
    for style in ("Normal", "Heading 1", "Title"):
        fonts = document.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "等线"
    pictures = document.inline_shapes
    assert len(pictures) == 2
    assert all(len(picture._inline.docPr.get("descr")) > 40 for picture in pictures)
    text = "\n".join(each.text for each in document.paragraphs)
    assert load(folder).manifest["code"]["sha256"] in text
    assert ("目标" in text) == (lang == "zh") or "川经信" in text
    assert ("500户企业" if lang == "zh" else "500-firm province") in text


def test_a_missing_number_has_no_value():
    from experiments.report.document import number, share

    assert number(math.nan, "nan").value is None
    assert share(math.nan).text == "–"
    assert share(0.0312).text == "3.1%"
    assert share(0.25).value == 0.25
