"""All instruments and mixes of the configuration, and how a policy's name becomes a mix.

Names. A mix's own name stands on its base (for all but `none` and `current` that is `current`); an
instrument's name means that instrument at its plan setting, on top of `current`. `a+b`, or a list, lays b
over a; later parts win where both set the same setting. `none+a` starts from nothing. `a@2028Q1` lays a from that
quarter on (see `policies.delayed`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from policies.adaptive import AdaptiveRule
from policies.changes import read_changes
from policies.delayed import delayed_node, delayed_rule, split_start, start_problem
from policies.differences import Difference, differences, resolve, resolve_scoped
from policies.mix import Mix
from policies.nodes import InstrumentDocument, MixDocument, SettingNode, ValueNode, settings_by_path
from policies.problems import Checker, PolicyError, PolicyProblem
from policies.registry import registered
from policies.schedule import FIRST_QUARTER, parse_quarter

NOTHING, STATUS_QUO, PLAN = "none", "current", "plan"

COMPARED = (
    NOTHING,
    STATUS_QUO,
    "subsidy",
    "green_finance",
    "procurement",
    "subsidy+green_finance",
    "subsidy+procurement",
    "green_finance+procurement",
    "three_levers",
    PLAN,
    "plan_adaptive",
)
"""The policies compared by default."""


class _Layer(NamedTuple):
    """Dated differences to be laid over what is below, and the adaptive rule that comes with them."""

    values: tuple[ValueNode, ...]
    adaptive: AdaptiveRule | None = None


class Catalogue:
    """The policies that can be named. Made by `policies.build_catalogue`."""

    def __init__(
        self,
        instruments: Mapping[str, InstrumentDocument],
        mixes: Mapping[str, MixDocument],
        variants: Mapping[str, MixDocument] | None = None,
    ) -> None:
        self.instruments = dict(instruments)
        self.mixes = dict(mixes)
        self._named = {**self.mixes, **(variants or {})}

    def with_variants(self, variants: Mapping[str, MixDocument]) -> Catalogue:
        """A catalogue in which further mixes can be named that no file holds and no list shows."""
        return Catalogue(self.instruments, self.mixes, variants)

    def names(self) -> tuple[str, ...]:
        """The policies compared by default, in the order in which they are reported."""
        return COMPARED

    def settings(self) -> dict[str, SettingNode]:
        """All settings by ``instrument.setting``."""
        return settings_by_path(self.instruments.values())

    def label(self, name: str | Sequence[str]) -> tuple[str, str]:
        """Chinese and English label of a policy.

        Raises:
            PolicyError: if a part of the name is unknown.
        """
        documents: Mapping[str, MixDocument | InstrumentDocument] = {**self.instruments, **self._named}
        parts = [split_start(part) for part in self._parts(name)]
        zh = [documents[part].zh + (f"（{start}起）" if start else "") for part, start in parts]
        en = [documents[part].en + (f" from {start}" if start else "") for part, start in parts]
        return " + ".join(zh), " + ".join(en)

    def mix(self, name: str | Sequence[str], changes: Mapping[str, Mapping[str, float]] | None = None) -> Mix:
        """Compose a policy. It holds every instrument; those without values stay at null.

        Args:
            name: a name as described at the top of this module, or a list of names.
            changes: dated values by ``instrument.setting``, laid over all else; for some firms alone by
                ``instrument.setting@prefecture=Chengdu,size_class=small``.

        Raises:
            PolicyError: with every unknown name and every value that is not allowed.
        """
        layers = self._layers(self._parts(name))
        layers.append(_Layer(self._changes(changes or {})))
        nodes: defaultdict[tuple[str, str], list[ValueNode]] = defaultdict(list)
        for layer in layers:
            for node in layer.values:
                nodes[node.key].append(node)
        classes = registered()
        instruments = [
            classes[each](
                {name: resolve(setting, nodes[setting.key]) for name, setting in document.settings.items()},
                {name: resolve_scoped(setting, nodes[setting.key]) for name, setting in document.settings.items()},
            )
            for each, document in self.instruments.items()
        ]
        rules = [layer.adaptive for layer in layers if layer.adaptive is not None]
        return Mix("+".join(self._parts(name)), instruments, rules[-1] if rules else None)

    def values(self, name: str | Sequence[str]) -> tuple[ValueNode, ...]:
        """The nodes from which a policy is composed, in the order in which they are laid.

        Raises:
            PolicyError: if a part of the name is unknown.
        """
        return tuple(node for layer in self._layers(self._parts(name)) for node in layer.values)

    def describe(self, name: str | Sequence[str], since: int = parse_quarter(FIRST_QUARTER)) -> list[Difference]:
        """How a policy differs from `current`, quarter by quarter in which the difference changes.

        Raises:
            PolicyError: if a part of the name is unknown.
        """
        below, above = self.values(STATUS_QUO), self.values(name)
        return [
            row for setting in self.settings().values() for row in differences(setting, below, above, since)
        ]

    def _parts(self, name: str | Sequence[str]) -> tuple[str, ...]:
        names = [name] if isinstance(name, str) else list(name)
        parts = tuple(part.strip() for each in names for part in str(each).split("+")) or (STATUS_QUO,)
        problems: list[PolicyProblem] = []
        check = Checker("policy name", problems)
        for place, part in enumerate(parts):
            plain, start = split_start(part)
            if plain not in self._named and plain not in self.instruments:
                check.unknown("+".join(parts), plain, [*self._named, *self.instruments])
            elif place and plain in (NOTHING, STATUS_QUO):
                check.report("+".join(parts), part, "can only be the first part")
            elif start and plain in (NOTHING, STATUS_QUO):
                check.report("+".join(parts), part, "holds from the beginning; only what is laid over can start later")
            elif wrong := start_problem(part):
                check.report("+".join(parts), part, wrong)
        if problems:
            raise PolicyError(problems)
        return parts

    def _layers(self, parts: tuple[str, ...]) -> list[_Layer]:
        lowest, _ = split_start(parts[0])
        first = self._named[lowest].base if lowest in self._named else STATUS_QUO
        below = [] if lowest == NOTHING else self._layers((first,))
        return below + [layer for part in parts for layer in self._from_start(part)]

    def _from_start(self, part: str) -> list[_Layer]:
        """The layers of a part, from its start on if it has one."""
        name, label = split_start(part)
        if not label:
            return self._own(name)
        start = parse_quarter(label)
        return [
            _Layer(tuple(delayed_node(node, start) for node in layer.values), delayed_rule(layer.adaptive, start))
            for layer in self._own(name)
        ]

    def _own(self, name: str) -> list[_Layer]:
        """The layers that a part brings along wherever it is laid: what it includes, then its own values."""
        if name in self.instruments:
            plan = (node for layer in self._layers((PLAN,)) for node in layer.values)
            return [_Layer(tuple(node for node in plan if node.instrument == name))]
        document = self._named[name]
        included = [layer for each in document.includes for layer in self._own(each)]
        return [*included, _Layer(document.values, document.adaptive)]

    def _changes(self, changes: Mapping[str, Mapping[str, float]]) -> tuple[ValueNode, ...]:
        problems: list[PolicyProblem] = []
        nodes = read_changes(Checker("changes", problems), changes, self.settings())
        if problems:
            raise PolicyError(problems)
        return nodes
