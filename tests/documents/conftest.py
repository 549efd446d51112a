"""The packaged policies with those that the documents add as examples."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from document_pages import EXAMPLE, named_block

from configs import CONFIG_ROOT
from policies.registry import register, unregister


@pytest.fixture
def documented_policies(tmp_path: Path) -> Iterator[Path]:
    """The policy folder with the examples of the documents added, and the example's class registered."""
    folder = tmp_path / "policy"
    shutil.copytree(CONFIG_ROOT / "policy", folder)
    names: dict[str, object] = {"__name__": "example"}
    exec(named_block("CONTRIBUTING.md", f"policies/{EXAMPLE}.py"), names)
    files = {f"instrument/{EXAMPLE}": "CONTRIBUTING.md", "mix/inspection": "CONTRIBUTING.md",
             "mix/chengdu_ten_percent": "CONTRIBUTING.md", "mix/grant_pulse": "README.md"}
    for name, page in files.items():
        body = named_block(page, f"configs/policy/{name}.yaml")
        (folder / f"{name}.yaml").write_text(body, encoding="utf-8")
    register(names["EnergyInspection"])  # type: ignore[type-var]
    try:
        yield folder
    finally:
        unregister(EXAMPLE)
