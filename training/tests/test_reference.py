import unittest

import numpy as np

from millrace_training.reference import describe_column, stability_index


class ReferenceTest(unittest.TestCase):
    def test_bins_are_divided_by_the_deciles_and_closed_on_the_right(self):
        described = describe_column(np.arange(11.0))
        self.assertEqual(described["edges"], [1, 2, 3, 4, 5, 6, 7, 8, 9])
        np.testing.assert_allclose(described["fractions"], [2 / 11] + [1 / 11] * 8 + [1 / 11])
        self.assertEqual((described["mean"], described["std"]), (5, np.sqrt(10)))

    def test_equal_deciles_make_one_edge(self):
        described = describe_column(np.array([0.0] * 15 + [1.0] * 5))
        self.assertEqual((described["edges"], described["fractions"]), ([0, 1], [0.75, 0.25, 0]))

    def test_a_constant_has_one_edge_and_all_values_up_to_it(self):
        described = describe_column(np.full(5, 3.0))
        self.assertEqual((described["edges"], described["fractions"]), ([3], [1, 0]))

    def test_missing_values_are_counted_and_left_out(self):
        described = describe_column(np.array([np.nan, 1.0, 3.0]))
        self.assertEqual((described["count"], described["missing"], described["mean"]), (2, 1, 2))

    def test_nothing_is_said_of_values_that_are_all_missing(self):
        described = describe_column(np.array([np.nan]))
        self.assertEqual(described, {"count": 0, "missing": 1, "edges": [], "fractions": [0]})

    def test_the_stability_index_is_zero_for_the_same_shares_and_grows_with_the_difference(self):
        described = describe_column(np.array([0.0] * 8 + [1.0] * 8))
        self.assertEqual(stability_index(described, np.array([0.0, 1.0])), 0)
        shifted = stability_index(described, np.array([0.0, 1.0, 1.0, 1.0]))
        self.assertAlmostEqual(shifted, 0.5 * np.log(3) / 2)


if __name__ == "__main__":
    unittest.main()
