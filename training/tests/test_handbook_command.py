import contextlib
import io
import unittest

import numpy as np

from handbook import check_sums, check_vectors


class HandbookCommandTest(unittest.TestCase):
    def setUp(self):
        output = contextlib.redirect_stdout(io.StringIO())
        output.__enter__()
        self.addCleanup(output.__exit__, None, None, None)

    def test_another_set_than_the_published_one_ends_the_command(self):
        check_sums({"rows": 1}, {"rows": 1})
        with self.assertRaisesRegex(SystemExit, "not the published set"):
            check_sums({"rows": 1}, {"rows": 2})

    def test_averages_may_differ_by_rounding_and_nothing_else_may(self):
        features = {"NB_TX": np.array([1.0]), "AVG_AMOUNT": np.array([1.0])}
        rounded = {"NB_TX": np.array([1.0]), "AVG_AMOUNT": np.array([1 + 1e-12])}
        self.assertEqual(check_vectors(rounded, features)["NB_TX"], 0)
        for name, value in [("NB_TX", 1 + 1e-12), ("AVG_AMOUNT", 1.01), ("NB_TX", np.nan)]:
            with self.assertRaisesRegex(SystemExit, f"other features: {name}"):
                check_vectors({**features, name: np.array([value])}, features)


if __name__ == "__main__":
    unittest.main()
