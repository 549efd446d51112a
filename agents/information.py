"""Who knows of the measures: public information, peers, and diagnosis.

Awareness is a hazard: h = 1 - exp{-dt [p + q x (share of peers that have retrofitted)]}, the Bass form in which p is
public information and q the demonstration by peers. Peers are the firms of the same sector and prefecture and those
of the same park, with last quarter's state, so the order of firms never matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.arrays import lowest
from agents.demography import chance
from agents.parameter import number


@dataclass(frozen=True)
class InformationParameters:
    """Numbers of the information block."""

    peer_hazard: float = number("1/yr", "hazard of learning from peers when all of them have retrofitted")
    initial_awareness: float = number("share", "firms that know of the measures at the start of 2021 or on entry")
    peer_park_weight: float = number("share", "weight of the park against the same sector and prefecture")
    diagnosis_acceptance: float = number("share", "firms that accept an offered diagnosis")
    diagnosis_effect: float = number("share", "probability that a diagnosis makes a small firm aware")
    diagnosis_effect_large: float = number("share", "the same for a large firm")
    diagnosis_energy_weight: float = number("weight", "weight of ln energy in the order of diagnosis")
    diagnosis_key_bonus: float = number("weight", "bonus of key firms in the order of diagnosis")


def awareness_probability(
    rate: FloatArray | float, peer_share: FloatArray, peer_hazard: float, years: float
) -> FloatArray:
    """Probability of becoming aware within `years`.

    Args:
        rate: public information hazard, 1/yr.
        peer_share: (N,) share of the firm's peers that show a retrofit, 0..1.
        peer_hazard: hazard at a share of one, 1/yr.
        years: length of the step.

    Returns:
        1 - exp{-years (rate + peer_hazard x share)}: exact for constant hazards at any step length.
    """
    return chance(rate + peer_hazard * peer_share, years)


class GroupCount:
    """Number of firms in a state, by group, for several groupings: only firms whose state changed are counted anew.

    A firm's groups may change while it is not counted; one that is counted has to be let go of before (`drop`).
    """

    def __init__(self, slots: int, groups: tuple[int, ...]) -> None:
        self._counted: BoolArray = np.zeros(slots, dtype=bool)
        self._counts: tuple[IntArray, ...] = tuple(np.zeros(number, dtype=np.int64) for number in groups)

    def update(self, state: BoolArray, groups: tuple[IntArray, ...]) -> tuple[IntArray, ...]:
        """Count the firms now in the state.

        Args:
            state: (N,) the property.
            groups: (N,) each, the firms' groups in every grouping.

        Returns:
            Firms in the state by group, one array a grouping; not to be changed.
        """
        changed = np.flatnonzero(state != self._counted)
        entered = state.take(changed)
        self._add(changed[entered], 1, groups)
        self._add(changed[~entered], -1, groups)
        return self._counts

    def drop(self, rows: IntArray, groups: tuple[IntArray, ...]) -> None:
        """Let go of some firms (K,) before their groups change; the next count takes them up again."""
        self._add(rows[self._counted[rows]], -1, groups)

    def _add(self, rows: IntArray, sign: int, groups: tuple[IntArray, ...]) -> None:
        self._counted[rows] = sign > 0
        for counts, group in zip(self._counts, groups, strict=True):
            counts += sign * np.bincount(group.take(rows), minlength=len(counts))


class Peers:
    """Share of a firm's peers that show a retrofit: same sector and prefecture, blended with the park for firms in one.

    The counts behind it are kept from one question to the next.
    """

    def __init__(self, slots: int, local_groups: int, park_groups: int) -> None:
        """Start with nobody counted.

        Args:
            slots: number of firm slots N.
            local_groups: number of groups of sector and prefecture.
            park_groups: parks + 1.
        """
        self._present = GroupCount(slots, (local_groups, park_groups))
        self._shown = GroupCount(slots, (local_groups, park_groups))

    def share(
        self, alive: BoolArray, shown: BoolArray, local_group: IntArray, park_group: IntArray, park_weight: float,
        of: IntArray | slice = slice(None),
    ) -> FloatArray:
        """Share of peers that show a retrofit; 0 without peers.

        Args:
            alive: (N,) who counts.
            shown: (N,) firms with a completed retrofit.
            local_group: (N,) group of sector and prefecture.
            park_group: (N,) 0 for firms outside a park, else 1 + park.
            park_weight: weight of the park for firms in one.
            of: the firms asked for, by default all.
        """
        groups = (local_group, park_group)
        sizes, hits = self._present.update(alive, groups), self._shown.update(alive & shown, groups)
        local, in_park = (
            (showing / np.maximum(size, 1))[group[of]]
            for showing, size, group in zip(hits, sizes, groups, strict=True)
        )
        return np.asarray(local + (in_park - local) * (park_weight * (park_group[of] > 0)))

    def drop(self, rows: IntArray, local_group: IntArray, park_group: IntArray) -> None:
        """Let go of some firms (K,) before they move; groups as for `share`, before the move."""
        self._present.drop(rows, (local_group, park_group))
        self._shown.drop(rows, (local_group, park_group))


def diagnosis_priority(
    energy: FloatArray, key_firm: BoolArray, gumbel: FloatArray, parameters: InformationParameters
) -> FloatArray:
    """Order in which firms are offered a diagnosis: large users and key firms first, with chance.

    Args:
        energy: (N,) total energy, tce/yr.
        key_firm: (N,) key firms of key industries.
        gumbel: (N,) standard Gumbel draws.
        parameters: weights.
    """
    priority = np.log(np.maximum(energy, 1e-3))
    priority *= parameters.diagnosis_energy_weight
    priority[np.flatnonzero(key_firm)] += parameters.diagnosis_key_bonus
    priority += gumbel
    return priority


def accepted_in_order(open_to: BoolArray, accepts: BoolArray, priority: FloatArray, places: int) -> IntArray:
    """Firms that take up an offer made in order of priority until the places are filled (ascending positions).

    Args:
        open_to: (N,) who is asked.
        accepts: (N,) who would accept.
        priority: (N,) higher is asked earlier.
        places: firms to be found.
    """
    willing = np.flatnonzero(open_to & accepts)
    return willing[first_places(priority[willing], places)]


def first_places(priority: FloatArray, places: int) -> IntArray:
    """Positions of the `places` highest priorities, ascending; all of them if there are fewer candidates."""
    return lowest(-priority, places)


def diagnosis_effect(size_class: IntArray, parameters: InformationParameters) -> FloatArray:
    """Probability that a diagnosis makes the firm aware, falling from small (class 2, 3) to large (class 0)."""
    small, large = parameters.diagnosis_effect, parameters.diagnosis_effect_large
    by_class = np.array([large, 0.5 * (small + large), small, small])
    return np.asarray(by_class[size_class])
