"""Makes the handbook's transactions draw for draw."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np

from .fraud import add_fraud
from .population import Population, make_population
from .transactions import DAY_SECONDS, Transactions

MIDDAY, SPREAD = DAY_SECONDS / 2, 20_000


@dataclass(frozen=True)
class SimulationOptions:
    """The defaults are those of the published set."""

    customers: int = 5_000
    terminals: int = 10_000
    days: int = 183
    radius: float = 5


def simulate(options: SimulationOptions = SimulationOptions()) -> Transactions:
    """
    Transactions of one second stay in the order of their customers: the sort is stable. The handbook's is not, so
    where transactions share a second its ids can differ; what they hold does not.
    """
    population = make_population(options.customers, options.terminals, options.radius)
    columns = [customer_columns(population, customer, options.days) for customer in range(options.customers)]
    seconds, customers, terminals, amounts = (np.concatenate(parts) for parts in zip(*columns))
    order = np.argsort(seconds, kind="stable")
    genuine = Transactions(
        seconds=seconds[order],
        customers=customers[order],
        terminals=terminals[order],
        cents=np.rint(amounts[order] * 100).astype(np.int64),
        scenarios=np.zeros(len(order), dtype=np.int64),
    )
    return add_fraud(genuine, options.customers, options.terminals)


def customer_columns(population: Population, customer: int, days: int) -> tuple[np.ndarray, ...]:
    """Seconds, customer, terminals and amounts of one customer, whose id is the seed of both generators."""
    drawn = list(_draw_payments(np.random.RandomState(customer), population, customer, days))
    reachable = population.reachable_terminals(customer)
    if reachable.size == 0:
        drawn = []
    choice = Random(customer).choice
    places = range(reachable.size)
    return (
        np.array([seconds for seconds, _ in drawn], dtype=np.int64),
        np.full(len(drawn), customer),
        reachable[np.array([choice(places) for _ in drawn], dtype=np.int64)],
        np.array([amount for _, amount in drawn], dtype=np.float64),
    )


def _draw_payments(
    random: np.random.RandomState, population: Population, customer: int, days: int
) -> Iterator[tuple[int, float]]:
    """Seconds and amounts. One draw decides whether the next is made, so they can only be made one by one."""
    mean = float(population.mean_amounts[customer])
    daily = float(population.mean_daily_counts[customer])
    for day in range(days):
        for _ in range(random.poisson(daily)):
            second = int(random.normal(MIDDAY, SPREAD))
            if not 0 < second < DAY_SECONDS:
                continue
            amount = random.normal(mean, mean / 2)
            if amount < 0:
                amount = random.uniform(0, mean * 2)
            yield day * DAY_SECONDS + second, amount
