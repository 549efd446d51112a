"""The settings of instruments that a study may turn, within their declared ranges, and why some cannot be turned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.labels import is_share, joined
from experiments.unit_names import unit_name
from policies.schedule import FIRST_QUARTER, Schedule, parse_quarter
from sim.errors import ConfigError, Problem, nearest_name

if TYPE_CHECKING:
    from policies.mix import Mix
    from policies.nodes import SettingNode
    from sim.preparation import Inputs

SWITCH = "0/1"
"""Unit of settings that are on or off."""
YEARS_LOOKED_AT = 5


@dataclass(frozen=True)
class Lever:
    """A setting of an instrument that a study turns; a value holds from 2026 on, in place of the policy's own.

    Attributes:
        path: ``instrument.setting``.
        node: its declared range, unit, grade and labels.
        planned: the policy's own values.
        costs: whether the model books public money for its instrument.
    """

    path: str
    node: SettingNode
    planned: Schedule
    costs: bool

    def label(self, lang: str) -> str:
        """What the setting is called."""
        return self.node.zh if lang == "zh" else self.node.en

    def text(self, value: float) -> str:
        """A value without needless digits and without its unit; shares in per cent."""
        return f"{100.0 * value:.6g}%" if is_share(self.node.unit) else f"{value:,.6g}"

    def text_with_unit(self, value: float, lang: str) -> str:
        """A value with its unit."""
        if is_share(self.node.unit):
            return self.text(value)
        return f"{self.text(value)}{self.unit(lang)}" if lang == "zh" else f"{self.text(value)} {self.unit(lang)}"

    def unit(self, lang: str) -> str:
        """The unit on an axis or in a heading."""
        if is_share(self.node.unit):
            return "%"
        return unit_name(self.node.unit, lang)

    @property
    def factor(self) -> float:
        """What values are multiplied with on an axis."""
        return 100.0 if is_share(self.node.unit) else 1.0

    def planned_text(self, lang: str) -> str:
        """The policy's own values from 2026 on, such as ``190, from 2028Q1 on 150``; dates only if it changes."""
        first = parse_quarter(FIRST_QUARTER)
        later = {date: value for date, value in self.planned.labelled().items() if parse_quarter(date) > first}
        begins = "{date}起" if lang == "zh" else "from {date} on "
        changes = [begins.format(date=date) + self.text(value) for date, value in later.items()]
        return joined([self.text(self.planned.at(first)), *changes], lang)


def find_levers(
    key: str, paths: Sequence[str], inputs: Inputs, policy: str
) -> tuple[list[Lever], list[Problem]]:
    """The levers of some paths.

    Args:
        key: the setting of the study in which they are named, for messages.
        paths: paths of instruments' settings.
        inputs: what the run reads.
        policy: the policy whose settings are turned.

    Returns:
        The levers that can be turned, and why the others cannot.
    """
    try:
        mix: Mix | None = inputs.compose(policy)
    except ConfigError:  # the run itself says so
        mix = None
    levers, problems = [], []
    if not paths:
        problems.append(Problem("", key, None, "has to name settings of instruments, such as retrofit_subsidy.rate"))
    for path in dict.fromkeys(paths):
        found = list(_lever_problems(key, path, inputs, policy, mix))
        found += [Problem("", key, path, "named more than once")] if list(paths).count(path) > 1 else []
        problems += found
        if not found and mix is not None:
            levers.append(_lever(path, inputs, mix))
    return levers, problems


def _lever(path: str, inputs: Inputs, mix: Mix) -> Lever:
    instrument, setting = path.split(".")
    of = mix[instrument]
    return Lever(path, inputs.catalogue.settings()[path], of.schedules[setting], of.payer != "none")


def _lever_problems(key: str, path: str, inputs: Inputs, policy: str, mix: Mix | None) -> Iterator[Problem]:
    """Why a setting cannot be turned."""
    settings = inputs.catalogue.settings()
    if not path:
        yield Problem("", key, None, "has to name a setting of an instrument, such as retrofit_subsidy.rate")
    elif "@" in path:
        text = "one number for all firms is needed: a value for some firms alone is not searched"
        yield Problem("", key, path, text)
    elif path in inputs.parameters.nodes:
        yield Problem("", key, path, "is a parameter of the model, which no policy can set")
    elif path not in settings:
        text = "there is no such setting of an instrument (instrument.setting, as in configs/policy/instrument)"
        yield Problem("", key, path, text, nearest_name(path, settings))
    else:
        yield from _range_problems(key, settings[path], path)
        yield from _policy_problems(key, path, policy, mix) if mix else ()


def _range_problems(key: str, node: SettingNode, path: str) -> Iterator[Problem]:
    if node.unit == SWITCH:
        yield Problem("", key, path, "is a switch, on or off: there is nothing between to search")
    elif not node.low < node.high:
        yield Problem("", key, path, f"has no range to search: {node.low:g} to {node.high:g}")


def _policy_problems(key: str, path: str, policy: str, mix: Mix) -> Iterator[Problem]:
    """Why turning the setting under this policy would have no effect, or not the one meant."""
    instrument, setting = path.split(".")
    schedule, first = mix[instrument].schedules[setting], parse_quarter(FIRST_QUARTER)
    if all(schedule.at(quarter) == schedule.null for quarter in range(first, first + 4 * YEARS_LOOKED_AT)):
        text = f"is not in force under the policy {policy}, where it would have no effect; name one that has it, first"
        yield Problem("", key, path, f"{text} in policies=[...], such as plan")
    links = mix.adaptive.links if mix.adaptive else ()
    if any((link.instrument, link.setting) == (instrument, setting) for link in links):
        yield Problem("", key, path, f"is moved by the policy {policy} itself, which adapts it to measured gaps")
