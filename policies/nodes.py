"""What policy documents become once they are read: settings, dated values, mixes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policies.adaptive import AdaptiveRule
from policies.schedule import Schedule
from policies.scope import EVERYWHERE, Scope


@dataclass(frozen=True)
class SettingNode:
    """Everything known of a setting except its values: unit, range, null value, evidence and labels."""

    instrument: str
    setting: str
    unit: str
    low: float
    high: float
    null: float
    source: str
    grade: str
    clause: str
    zh: str
    en: str
    doc: str
    scopable: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Instrument and setting."""
        return self.instrument, self.setting


@dataclass(frozen=True)
class InstrumentDocument:
    """Labels and settings of one instrument."""

    name: str
    zh: str
    en: str
    settings: Mapping[str, SettingNode]


@dataclass(frozen=True)
class ValueNode:
    """A setting's dated values in one mix, with their own range and evidence.

    Attributes:
        where: the firms for whom they hold; an empty scope for all firms.
        place: document and key in which the scope stands, for messages.
    """

    instrument: str
    setting: str
    schedule: Schedule
    low: float
    high: float
    source: str
    grade: str
    clause: str
    note: str = ""
    where: Scope = EVERYWHERE
    place: tuple[str, str] = ("", "")

    @property
    def key(self) -> tuple[str, str]:
        """Instrument and setting."""
        return self.instrument, self.setting


@dataclass(frozen=True)
class MixDocument:
    """One mix: what it stands on, what it includes, and its own dated differences."""

    name: str
    zh: str
    en: str
    summary_zh: str
    summary_en: str
    base: str
    includes: tuple[str, ...]
    values: tuple[ValueNode, ...]
    adaptive: AdaptiveRule | None


Settings = Mapping[str, SettingNode]
"""Setting nodes by ``instrument.setting``."""


def settings_by_path(documents: Iterable[InstrumentDocument]) -> dict[str, SettingNode]:
    """All settings of some instruments by ``instrument.setting``."""
    return {f"{each.name}.{name}": node for each in documents for name, node in each.settings.items()}
