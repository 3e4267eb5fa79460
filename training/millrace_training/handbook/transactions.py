"""Transactions as columns, in the order of their times."""

from dataclasses import dataclass

import numpy as np

DAY_SECONDS = 86_400
START = np.datetime64("2018-04-01T00:00:00")
"""When the published set begins: a Sunday."""


@dataclass(frozen=True)
class Transactions:
    """One entry a transaction in every array, all of them int64. A TRANSACTION_ID is a position."""

    seconds: np.ndarray
    """Since `START`."""
    customers: np.ndarray
    terminals: np.ndarray
    cents: np.ndarray
    scenarios: np.ndarray
    """What made it fraud, from 1 to 3; 0 where it is genuine."""

    def __len__(self) -> int:
        return len(self.seconds)

    @property
    def days(self) -> np.ndarray:
        return self.seconds // DAY_SECONDS

    @property
    def frauds(self) -> np.ndarray:
        """1 where it is fraud, else 0."""
        return (self.scenarios > 0).astype(np.int64)

    @property
    def times(self) -> np.ndarray:
        """As datetime64, to the second."""
        return START + self.seconds.astype("timedelta64[s]")
