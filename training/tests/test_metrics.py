import unittest

import numpy as np

from millrace_training.dataset import DAY_MS, Dataset
from millrace_training.metrics import card_precision


def cards(rows: list[tuple[int, str, int]]) -> Dataset:
    days, customers, outcomes = zip(*rows)
    return Dataset((), np.array(days) * DAY_MS, np.array(customers), np.empty((len(rows), 0)), np.array(outcomes))


class CardPrecisionTest(unittest.TestCase):
    def test_a_card_counts_once_with_its_highest_score(self):
        dataset = cards([(0, "a", 0), (0, "a", 1), (0, "b", 0), (0, "c", 1)])
        self.assertEqual(card_precision(dataset, np.array([0.1, 0.9, 0.8, 0.2]), k=2), 0.5)

    def test_a_card_that_was_found_leaves_the_rest_of_the_week_and_is_back_in_the_next(self):
        dataset = cards([(0, "a", 1), (1, "a", 1), (1, "b", 0), (7, "a", 1)])
        self.assertAlmostEqual(card_precision(dataset, np.array([0.9, 0.9, 0.1, 0.9]), k=1), 2 / 3)

    def test_a_genuine_card_that_was_looked_at_stays(self):
        dataset = cards([(0, "a", 0), (1, "a", 1)])
        self.assertEqual(card_precision(dataset, np.array([0.9, 0.9]), k=1), 0.5)


if __name__ == "__main__":
    unittest.main()
