"""The notebooks run from the first cell to the last, hold no outputs and swap a rule in a few lines."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "experiments" / "notebooks").glob("*.ipynb"))
SWAP_LINES = 10


def test_there_are_three_notebooks():
    assert [path.stem for path in NOTEBOOKS] == ["01_first_run", "02_compare_policies", "03_swap_a_rule"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_kept_without_outputs(path: Path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


def test_a_rule_is_swapped_in_at_most_ten_lines():
    notebook = nbformat.read(NOTEBOOKS[-1], as_version=4)
    (swap,) = [cell.source for cell in notebook.cells if "swap" in cell.metadata.get("tags", [])]
    lines = [line for line in swap.splitlines() if line.strip()]
    assert len(lines) <= SWAP_LINES
    assert any(line.startswith("class ") for line in lines)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    nbclient = pytest.importorskip("nbclient")
    checkout = path.parents[2]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(checkout), os.environ.get("PYTHONPATH")))))
    for variable in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    notebook = nbformat.read(path, as_version=4)
    runner = nbclient.NotebookClient(
        notebook, km=_kernel(), timeout=120, resources={"metadata": {"path": str(tmp_path)}}
    )
    runner.execute()
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
    texts = [output.get("text", "") + str(output.get("data", "")) for cell in notebook.cells
             if cell.cell_type == "code" for output in cell.outputs]
    assert any(text.strip() for text in texts)


def _kernel():
    """A kernel of the interpreter that runs the tests, whatever kernels are installed for Jupyter."""
    from jupyter_client.manager import AsyncKernelManager

    manager = AsyncKernelManager()
    manager.kernel_spec.argv = [sys.executable, "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    return manager
