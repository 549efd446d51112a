"""The page in a browser without a network: it is shown, nothing is asked for outside, nothing is complained about."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HEADINGS = {"en": "Which policy mix reaches which target?", "zh": "哪种政策组合能实现哪些目标？"}
OWN = ("file:", "data:", "chrome:", "chrome-extension:", "devtools:")
BROWSERS_OWN = ("google.com", "googleapis.com", "gvt1.com")
"""Hosts that the browser asks for itself, page or no page; name resolution is cut off for all."""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed (Debian: chromium)")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_page_is_shown_without_a_request_or_a_complaint(pages: dict[str, Path], lang: str, tmp_path: Path):
    log = tmp_path / "net.json"
    done = opened(pages[lang], log)
    assert done.returncode == 0
    assert f"<h1>{HEADINGS[lang]}</h1>" in done.stdout
    assert "CONSOLE" not in done.stderr, done.stderr
    outside = [url for url in requested(log) if not url.startswith(OWN)]
    assert [url for url in outside if not any(host in url for host in BROWSERS_OWN)] == []


def test_a_page_that_asks_for_something_outside_would_be_seen(tmp_path: Path):
    """The check above is able to fail."""
    page, log = tmp_path / "page.html", tmp_path / "net.json"
    page.write_text('<!DOCTYPE html><h1>x</h1><img src="http://example.org/x.png">', encoding="utf-8")
    done = opened(page, log)
    assert done.returncode == 0
    assert any("example.org" in url for url in requested(log))


def opened(page: Path, log: Path) -> subprocess.CompletedProcess[str]:
    """Open a page without a network, keep a log of requests, print the document as the browser has it."""
    quiet = ("disable-gpu", "disable-dev-shm-usage", "disable-background-networking", "disable-component-update",
             "no-first-run", "no-default-browser-check", "no-sandbox")
    cut = ("proxy-server=http://127.0.0.1:9", "host-resolver-rules=MAP * ~NOTFOUND")
    kept = ("enable-logging=stderr", "v=0", f"user-data-dir={log.parent / 'profile'}", f"log-net-log={log}", "dump-dom")
    options = [f"--{option}" for option in ("headless=new", *quiet, *cut, *kept)]
    return subprocess.run(
        [str(BROWSER), *options, page.as_uri()], capture_output=True, text=True, encoding="utf-8", timeout=240)


def requested(log: Path) -> set[str]:
    """Addresses of all requests in a network log."""
    text = log.read_text(encoding="utf-8")
    try:
        events = json.loads(text)["events"]
    except json.JSONDecodeError:  # the browser may end before it closes the list
        events = json.loads(text.rstrip().rstrip(",") + "]}")["events"]
    return {str(event["params"]["url"]) for event in events if "url" in event.get("params", {})}
