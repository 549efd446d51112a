"""All policy documents checked, each by itself and the mixes among one another, and put into one catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from policies.catalogue import NOTHING, PLAN, STATUS_QUO, Catalogue
from policies.delayed import SIGN
from policies.documents import read_instrument, read_mix
from policies.nodes import InstrumentDocument, MixDocument, settings_by_path
from policies.problems import Checker, PolicyError, PolicyProblem
from policies.registry import registered


def build_catalogue(
    instrument_documents: Mapping[str, object], mix_documents: Mapping[str, object], folder: str = "policy"
) -> Catalogue:
    """Check all documents against the registered instruments and put them together.

    Args:
        instrument_documents: parsed documents by instrument name.
        mix_documents: parsed documents by mix name.
        folder: where the documents come from, for the messages.

    Raises:
        PolicyError: with every problem of every document.
    """
    problems: list[PolicyProblem] = []
    classes = registered()
    instruments = {}
    for name in sorted(instrument_documents, key=lambda each: _place(each, classes)):
        file = f"{folder}/instrument/{name}.yaml"
        if name in classes:
            instruments[name] = read_instrument(file, instrument_documents[name], classes[name], problems)
        else:
            Checker(file, problems).unknown("name", name, classes)
    settings = settings_by_path(instruments.values())
    mixes = {
        name: read_mix(f"{folder}/mix/{name}.yaml", name, document, settings, list(mix_documents), problems)
        for name, document in mix_documents.items()
    }
    _check_mixes(folder, mixes, instruments, problems)
    if problems:
        raise PolicyError(problems)
    return Catalogue(instruments, mixes)


def _place(name: str, classes: Mapping[str, object]) -> tuple[int, str]:
    order = list(classes)
    return (order.index(name) if name in order else len(order), name)


def _check_mixes(
    folder: str,
    mixes: Mapping[str, MixDocument],
    instruments: Mapping[str, InstrumentDocument],
    problems: list[PolicyProblem],
) -> None:
    for name in (NOTHING, STATUS_QUO, PLAN):
        if name not in mixes:
            Checker(f"{folder}/mix/{name}.yaml", problems).report("name", None, "this mix has to exist")
    for name in mixes:
        check = Checker(f"{folder}/mix/{name}.yaml", problems)
        if name in instruments or "+" in name or SIGN in name:
            check.report("name", name, f"has to be a name without + and {SIGN} that no instrument has")
        if name in _reachable(name, mixes):
            check.report("includes", name, "may not lead back to the mix itself")


def _reachable(name: str, mixes: Mapping[str, MixDocument]) -> set[str]:
    """Mixes that a mix stands on or includes, directly or not; `none` stands on nothing."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        document = mixes.get(waiting.pop())
        if document is None:
            continue
        below = () if document.base == NOTHING else (document.base,)
        waiting.extend({*below, *document.includes} - seen)
        seen.update(below, document.includes)
    return seen
