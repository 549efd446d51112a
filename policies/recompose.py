"""A mix from its recorded content, the inverse of `policies.mix.Mix.content`.

A mix that was composed from files of an earlier day is put together again without them. Instruments and settings that
this version no longer has cannot be: they are named, not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from policies.adaptive import AdaptiveParameters, AdaptiveRule, Link, TargetPath
from policies.instrument import Instrument
from policies.mix import Mix
from policies.registry import registered
from policies.schedule import Schedule


class Recomposed(NamedTuple):
    """A mix put together again.

    Attributes:
        mix: the mix; it holds every registered instrument, those without recorded values at null.
        unknown: recorded instruments, settings and links of the adaptive rule that are not registered, as paths.
    """

    mix: Mix
    unknown: tuple[str, ...]


def recompose(name: str, content: Mapping[str, Any]) -> Recomposed:
    """The mix that has this content.

    Args:
        name: name of the mix.
        content: what `Mix.content` gave, also after a journey through JSON.

    Raises:
        ValueError: if the content is not that of a mix.
    """
    try:
        recorded: Mapping[str, Mapping[str, Any]] = content["instruments"]
        instruments = [cls(_schedules(cls, recorded.get(each, {}))) for each, cls in registered().items()]
        rule, lost = _adaptive_rule(content["adaptive"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the content of policy {name} is not that of a mix ({error!r})") from error
    unknown = [
        f"{instrument}.{setting}"
        for instrument, settings in recorded.items()
        for setting in settings
        if not _known(instrument, setting)
    ]
    return Recomposed(Mix(name, instruments, rule), (*unknown, *lost))


def _known(instrument: str, setting: str) -> bool:
    classes = registered()
    return instrument in classes and setting in classes[instrument].settings


def _schedules(cls: type[Instrument], settings: Mapping[str, Mapping[str, float]]) -> dict[str, Schedule]:
    """The recorded schedules of an instrument's settings."""
    return {
        name: Schedule.of(cls.settings[name].null, steps) for name, steps in settings.items() if name in cls.settings
    }


def _adaptive_rule(recorded: Mapping[str, Any] | None) -> tuple[AdaptiveRule | None, list[str]]:
    """The adaptive rule, and its links to settings that are not registered."""
    if recorded is None:
        return None, []
    links = recorded["links"]
    lost = [f"adaptive.{each['instrument']}.{each['setting']}" for each in links if not _linked(each)]
    rule = AdaptiveRule(
        start=recorded["start"],
        parameters=AdaptiveParameters(**recorded["parameters"]),
        links=tuple(_link(each) for each in links if _linked(each)),
    )
    return rule, lost


def _linked(recorded: Mapping[str, Any]) -> bool:
    return _known(recorded["instrument"], recorded["setting"])


def _link(recorded: Mapping[str, Any]) -> Link:
    knots: Sequence[tuple[int, float]] = [tuple(knot) for knot in recorded["path"]["knots"]]
    return Link(**{**recorded, "path": TargetPath(tuple(knots))})
