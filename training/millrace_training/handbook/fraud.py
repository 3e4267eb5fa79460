"""The three fraud scenarios. A later one overwrites the number of an earlier one."""

from dataclasses import replace
from random import Random

import numpy as np

from .transactions import Transactions

LARGE_CENTS = 220_00
TERMINALS_A_DAY, TERMINAL_DAYS = 2, 28
CUSTOMERS_A_DAY, CUSTOMER_DAYS = 3, 14
SHARE, FACTOR = 3, 5
"""Of a stolen card's transactions one in three is fraud, and costs five times as much."""


def add_fraud(genuine: Transactions, customers: int, terminals: int) -> Transactions:
    """Days are those on which there are transactions; the last one starts no scenario."""
    scenarios = np.where(genuine.cents > LARGE_CENTS, 1, 0)
    cents = genuine.cents.copy()
    last_day = int(genuine.days[-1]) if len(genuine) > 0 else 0
    at_terminals = _Rows(genuine.terminals, genuine.days)
    of_customers = _Rows(genuine.customers, genuine.days)
    for day in range(last_day):
        chosen = np.random.RandomState(day).choice(terminals, TERMINALS_A_DAY, replace=False)
        scenarios[at_terminals.within(chosen, day, TERMINAL_DAYS)] = 2
    for day in range(last_day):
        chosen = np.random.RandomState(day).choice(customers, CUSTOMERS_A_DAY, replace=False)
        rows = of_customers.within(chosen, day, CUSTOMER_DAYS)
        stolen = Random(day).sample(rows.tolist(), len(rows) // SHARE)
        scenarios[stolen] = 3
        cents[stolen] *= FACTOR
    return replace(genuine, cents=cents, scenarios=scenarios)


class _Rows:
    """Finds the rows of a customer or of a terminal."""

    def __init__(self, owners: np.ndarray, days: np.ndarray) -> None:
        self._order = np.argsort(owners, kind="stable")
        self._owners = owners[self._order]
        self._days = days

    def within(self, owners: np.ndarray, first_day: int, days: int) -> np.ndarray:
        """Rows of these owners on the days from the first one on, ascending."""
        slices = [slice(*np.searchsorted(self._owners, (owner, owner + 1))) for owner in owners]
        rows = np.sort(np.concatenate([self._order[part] for part in slices]))
        return rows[(self._days[rows] >= first_day) & (self._days[rows] < first_day + days)]
