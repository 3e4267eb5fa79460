import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from millrace_training.dataset import DAY_MS, Dataset, last_days, read_dataset


def rows_of_days(days: list[int]) -> Dataset:
    times = np.array(days) * DAY_MS
    return Dataset(("amount",), times, np.array(["c"] * len(days)), np.zeros((len(days), 1)), np.zeros(len(days)))


class DatasetTest(unittest.TestCase):
    def test_inputs_keep_their_order_rows_are_sorted_by_time_and_null_is_missing(self):
        rows = [
            {"occurred_at": 2, "customer_id": "b", "z": 1.5, "a": None, "is_fraud": 1},
            {"occurred_at": 1, "customer_id": "a", "z": 0, "a": 3, "is_fraud": 0},
        ]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "set.ndjson"
            path.write_text("\n".join(map(json.dumps, rows)))
            dataset = read_dataset(path)
        self.assertEqual(dataset.inputs, ("z", "a"))
        self.assertEqual(dataset.times.tolist(), [1, 2])
        self.assertEqual(dataset.customers.tolist(), ["a", "b"])
        self.assertEqual(dataset.outcomes.tolist(), [0, 1])
        np.testing.assert_array_equal(dataset.features, [[0, 3], [1.5, np.nan]])

    def test_the_last_days_are_whole_days(self):
        chosen = last_days(rows_of_days([1, 1, 2, 3, 5]), days=3)
        self.assertEqual(chosen.days.tolist(), [3, 5])

    def test_inputs_are_renamed_one_by_one(self):
        dataset = rows_of_days([1])
        self.assertEqual(dataset.named(("other",)).inputs, ("other",))
        with self.assertRaisesRegex(ValueError, "2 names for 1 inputs"):
            dataset.named(("one", "two"))


if __name__ == "__main__":
    unittest.main()
