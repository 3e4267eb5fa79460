"""The handbook's 14 features, computed from whole columns: they judge the vectors that the services made."""

import numpy as np

from .transactions import DAY_SECONDS, START, Transactions

WINDOWS = (1, 7, 30)
"""Days."""
DELAY = 7 * DAY_SECONDS
"""How long the outcome of a transaction stays unknown."""

LAST_HOUR_OF_NIGHT = 6
THURSDAY_TO_MONDAY = 3
"""The days of the Unix epoch are counted from a Thursday."""
SATURDAY = 5

SPAN = 2**40
"""More than any time in seconds: keys of two owners never meet."""


def compute_features(transactions: Transactions) -> dict[str, np.ndarray]:
    """Doubles by the handbook's names, in the order of its models' inputs."""
    return {
        "TX_AMOUNT": transactions.cents / 100,
        **_calendar(transactions),
        **_of_customers(transactions),
        **_of_terminals(transactions),
    }


def _calendar(transactions: Transactions) -> dict[str, np.ndarray]:
    first_weekday = int(START.astype("datetime64[D]").astype(np.int64)) + THURSDAY_TO_MONDAY
    weekday = (first_weekday + transactions.days) % 7
    hour = transactions.seconds % DAY_SECONDS // 3_600
    return {
        "TX_DURING_WEEKEND": (weekday >= SATURDAY).astype(np.float64),
        "TX_DURING_NIGHT": (hour <= LAST_HOUR_OF_NIGHT).astype(np.float64),
    }


def _of_customers(transactions: Transactions) -> dict[str, np.ndarray]:
    """
    Windows end at the transaction itself, which is included; of transactions of one second those in later rows are
    not. Cents are added up, so that the sums are exact.
    """
    history = _History(transactions.customers, transactions.seconds, transactions.cents)
    features = {}
    for days in WINDOWS:
        counts, sums = history.up_to_self(days * DAY_SECONDS)
        features[f"CUSTOMER_ID_NB_TX_{days}DAY_WINDOW"] = counts
        features[f"CUSTOMER_ID_AVG_AMOUNT_{days}DAY_WINDOW"] = sums / counts / 100
    return features


def _of_terminals(transactions: Transactions) -> dict[str, np.ndarray]:
    """Windows end a week before the transaction, at that second inclusive."""
    history = _History(transactions.terminals, transactions.seconds, transactions.frauds)
    features = {}
    for days in WINDOWS:
        counts, frauds = history.up_to(DELAY, days * DAY_SECONDS)
        features[f"TERMINAL_ID_NB_TX_{days}DAY_WINDOW"] = counts
        features[f"TERMINAL_ID_RISK_{days}DAY_WINDOW"] = frauds / np.maximum(counts, 1)
    return features


class _History:
    """Counts and sums over windows of each owner's rows, for every row at once."""

    def __init__(self, owners: np.ndarray, seconds: np.ndarray, values: np.ndarray) -> None:
        """Rows are in the order of their times."""
        self._order = np.argsort(owners, kind="stable")
        self._keys = (owners * SPAN + SPAN // 2 + seconds)[self._order]
        self._sums = np.concatenate(([0], np.cumsum(values[self._order])))

    def up_to_self(self, window: int) -> tuple[np.ndarray, np.ndarray]:
        return self._between(self._until(window), np.arange(1, len(self._keys) + 1))

    def up_to(self, delay: int, window: int) -> tuple[np.ndarray, np.ndarray]:
        return self._between(self._until(delay + window), self._until(delay))

    def _until(self, ago: int) -> np.ndarray:
        """How many rows, of all owners in their order, come before the window that opens after this time."""
        return np.searchsorted(self._keys, self._keys - ago, side="right")

    def _between(self, first: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        counts, sums = np.empty(len(first)), np.empty(len(first))
        counts[self._order] = end - first
        sums[self._order] = self._sums[end] - self._sums[first]
        return counts, sums
