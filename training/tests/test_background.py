import unittest

import numpy as np

from millrace_training.background import describe_background


class BackgroundTest(unittest.TestCase):
    def rows(self, features: np.ndarray, scores: np.ndarray):
        return describe_background("fraud", "3", features, scores)["rows"]

    def test_it_takes_the_middle_of_each_part_by_score(self):
        numbers = np.arange(500.0)
        shuffled = np.random.default_rng(1).permutation(numbers)
        rows = self.rows(shuffled.reshape(-1, 1), shuffled / 500)
        self.assertEqual(rows, [[5.0 + 10 * part] for part in range(50)])

    def test_few_rows_are_all_taken(self):
        self.assertEqual(self.rows(np.array([[3.0], [1.0]]), np.array([0.3, 0.1])), [[1.0], [3.0]])

    def test_a_missing_value_is_null(self):
        self.assertEqual(self.rows(np.array([[np.nan, 1.0]]), np.array([0.5])), [[None, 1.0]])

    def test_it_names_its_model(self):
        content = describe_background("fraud", "3", np.ones((1, 1)), np.ones(1))
        self.assertEqual(content["model"], {"name": "fraud", "version": "3"})


if __name__ == "__main__":
    unittest.main()
