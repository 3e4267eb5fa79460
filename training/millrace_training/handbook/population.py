"""Who pays and where: the customers and terminals of the handbook's simulator."""

from dataclasses import dataclass

import numpy as np

CUSTOMER_SEED, TERMINAL_SEED = 0, 1
SIDE = 100
"""Length of the square plane on which customers and terminals lie."""


@dataclass(frozen=True)
class Population:
    """The id of a customer or of a terminal is its position in the arrays."""

    customer_places: np.ndarray
    """One row a customer: x and y."""
    mean_amounts: np.ndarray
    mean_daily_counts: np.ndarray
    terminal_places: np.ndarray
    radius: float

    def reachable_terminals(self, customer: int) -> np.ndarray:
        """Ids, ascending, of the terminals that lie strictly within the radius."""
        offsets = self.terminal_places - self.customer_places[customer]
        return np.flatnonzero(np.sqrt((offsets**2).sum(axis=1)) < self.radius)


def make_population(customers: int, terminals: int, radius: float) -> Population:
    """Draws row by row, as the published set was drawn: the first ids do not depend on how many follow."""
    profiles = np.random.RandomState(CUSTOMER_SEED).uniform(
        low=(0, 0, 5, 0), high=(SIDE, SIDE, 100, 4), size=(customers, 4)
    )
    places = np.random.RandomState(TERMINAL_SEED).uniform(0, SIDE, size=(terminals, 2))
    return Population(
        customer_places=profiles[:, :2],
        mean_amounts=profiles[:, 2],
        mean_daily_counts=profiles[:, 3],
        terminal_places=places,
        radius=radius,
    )
