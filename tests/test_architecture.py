"""The house rules that a machine can check: who imports whom, and where chance may come from."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from configs import CONFIG_ROOT

CHECKOUT = Path(__file__).resolve().parents[1]
FLOORS = ("agents", "policies", "sim", "experiments")


def test_import_contracts_hold(capsys: pytest.CaptureFixture[str]):
    code = lint_imports(config_filename=str(CHECKOUT / "pyproject.toml"), cache_dir=None)
    assert code == 0, capsys.readouterr().out


@pytest.mark.parametrize("floor", FLOORS)
def test_floor_is_imported_from_one_place(floor: str):
    """All floors come from the checkout, or all from the installed package: never a mixture."""
    module = __import__(floor)
    neighbour = __import__("configs")
    assert Path(str(module.__file__)).parents[1] == Path(str(neighbour.__file__)).parents[1]


def uses_chance(path: Path) -> bool:
    """Whether a module reaches for NumPy's or Python's generators (a Mesa model's own `random` is none)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    used |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return not used.isdisjoint({"random", "np.random", "numpy.random"})


@pytest.mark.parametrize("floor", ["agents", "policies"])
def test_rules_and_instruments_draw_nothing_themselves(floor: str):
    guilty = [path.name for path in (CHECKOUT / floor).rglob("*.py") if uses_chance(path)]
    assert guilty == []


def test_random_generators_live_in_one_module():
    guilty = {path.name for path in (CHECKOUT / "sim").rglob("*.py") if uses_chance(path)}
    assert guilty == {"draws.py"}


def test_rules_can_be_imported_without_mesa():
    rules = [
        "behaviour",
        "certification",
        "demand",
        "demography",
        "finance",
        "information",
        "judgement",
        "measures",
        "power",
        "retrofit",
        "service",
        "terms",
    ]
    script = (
        f"import sys; [__import__('agents.' + name) for name in {rules!r}]; sys.exit('mesa' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_foreign_package_named_agents_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "__init__.py").write_text("", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(CONFIG_ROOT.parent)])
    done = subprocess.run(
        [sys.executable, "-c", "import sim"],
        env={**os.environ, "PYTHONPATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"the package 'agents' in {tmp_path / 'agents'} is not GreenMill's" in done.stderr
    assert "uninstall the distribution it belongs to" in done.stderr
