import unittest

import numpy as np

from millrace_training.handbook.features import compute_features
from millrace_training.handbook.population import Population, make_population
from millrace_training.handbook.simulator import SimulationOptions, customer_columns, simulate
from millrace_training.handbook.transactions import DAY_SECONDS, Transactions

from tests.naive_handbook import naive_features, naive_rows

MANY = SimulationOptions(customers=300, terminals=400, days=12, radius=10)
"""So many that each scenario shows."""
SMALL = SimulationOptions(customers=30, terminals=60, days=45, radius=20)


def payments_in_order_of_time(population: Population, customer: int) -> list[tuple[int, int, float]]:
    seconds, _, terminals, amounts = customer_columns(population, customer, 183)
    return sorted(zip(seconds.tolist(), terminals.tolist(), amounts.round(2).tolist()))


class HandbookSimulatorTest(unittest.TestCase):
    def test_a_population_pays_as_in_a_naive_reading_of_the_definition(self):
        transactions, rows = simulate(MANY), naive_rows(MANY.customers, MANY.terminals, MANY.days, MANY.radius)
        self.assertEqual(transactions.seconds.tolist(), [row["seconds"] for row in rows])
        self.assertEqual(transactions.customers.tolist(), [row["customer"] for row in rows])
        self.assertEqual(transactions.terminals.tolist(), [row["terminal"] for row in rows])
        self.assertEqual(transactions.cents.tolist(), [row["cents"] for row in rows])
        self.assertEqual(transactions.scenarios.tolist(), [row["scenario"] for row in rows])
        self.assertEqual(sorted({row["scenario"] for row in rows}), [0, 1, 2, 3])

    def test_the_features_of_a_small_population_are_those_of_a_naive_reading(self):
        features = compute_features(simulate(SMALL))
        rows = naive_rows(SMALL.customers, SMALL.terminals, SMALL.days, SMALL.radius)
        np.testing.assert_array_equal(np.stack(list(features.values()), axis=1), naive_features(rows))

    def test_the_first_customer_of_the_published_set_is_where_it_was_published(self):
        population = make_population(5_000, 10_000, 5)
        profile = (*population.customer_places[0], population.mean_amounts[0], population.mean_daily_counts[0])
        np.testing.assert_allclose(profile, (54.881350, 71.518937, 62.262521, 2.179533), atol=1e-6)

    def test_customers_of_the_published_set_begin_as_published(self):
        population = make_population(5_000, 10_000, 5)
        first = [(26_345, 6_076, 123.59), (64_816, 858, 77.34), (68_522, 6_698, 46.51)]
        self.assertEqual(payments_in_order_of_time(population, 0)[:3], first)
        payments = payments_in_order_of_time(population, 4_999)
        self.assertEqual((len(payments), payments[0]), (479, (2_226, 3_885, 38.41)))

    def test_a_customer_who_reaches_no_terminal_pays_nowhere(self):
        self.assertEqual([column.size for column in customer_columns(make_population(1, 1, 1e-9), 0, 30)], [0] * 4)


def transactions_of(rows: list[tuple[float, int, int, int, int]]) -> Transactions:
    """Rows are times in days, customer, terminal, cents and scenario."""
    days, *columns = (np.array(column) for column in zip(*rows))
    return Transactions((days * DAY_SECONDS).astype(np.int64), *columns)


class HandbookFeaturesTest(unittest.TestCase):
    def test_windows_of_customers_are_open_on_the_old_side_and_hold_the_transaction_itself(self):
        features = compute_features(transactions_of([(0, 1, 1, 100, 0), (0.5, 1, 1, 300, 0), (1, 1, 1, 500, 0)]))
        self.assertEqual(features["CUSTOMER_ID_NB_TX_1DAY_WINDOW"].tolist(), [1, 2, 2])
        self.assertEqual(features["CUSTOMER_ID_AVG_AMOUNT_1DAY_WINDOW"].tolist(), [1, 2, 4])

    def test_of_transactions_of_one_second_each_sees_those_of_earlier_rows(self):
        features = compute_features(transactions_of([(1, 1, 1, 100, 0), (1, 1, 2, 300, 0), (1, 2, 1, 500, 0)]))
        self.assertEqual(features["CUSTOMER_ID_NB_TX_7DAY_WINDOW"].tolist(), [1, 2, 1])

    def test_windows_of_terminals_end_exactly_a_week_before(self):
        features = compute_features(transactions_of([(0, 1, 1, 1, 1), (7, 2, 1, 1, 0), (8, 3, 1, 1, 0)]))
        self.assertEqual(features["TERMINAL_ID_NB_TX_1DAY_WINDOW"].tolist(), [0, 1, 0])
        self.assertEqual(features["TERMINAL_ID_RISK_1DAY_WINDOW"].tolist(), [0, 1, 0])
        self.assertEqual(features["TERMINAL_ID_NB_TX_7DAY_WINDOW"].tolist(), [0, 1, 1])


if __name__ == "__main__":
    unittest.main()
