import gzip
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from millrace_training.handbook.checksums import checksums
from millrace_training.handbook.features import compute_features
from millrace_training.handbook.file import read_file, write_file
from millrace_training.handbook.simulator import SimulationOptions, simulate
from millrace_training.handbook.vectors import largest_differences, read_vectors

from tests.naive_handbook import naive_rows

SMALL = SimulationOptions(customers=30, terminals=60, days=45, radius=20)


class HandbookFileTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.transactions = simulate(SMALL)

    def write_vectors(self, ids: list[int]) -> Path:
        features = compute_features(self.transactions)
        names = [name for name in features if name != "TX_AMOUNT"]
        rows = [{"TRANSACTION_ID": id, **{name: features[name][id] for name in names}, "score": 0.5} for id in ids]
        path = self.folder / "vectors.ndjson"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        return path

    def test_what_is_written_is_read_again(self):
        path = self.folder / "set.csv.gz"
        write_file(self.transactions, path)
        self.assertEqual(checksums(read_file(path)), checksums(self.transactions))

    def test_the_file_has_the_columns_of_the_handbook(self):
        path = self.folder / "set.csv.gz"
        write_file(self.transactions, path)
        header, first, *_ = gzip.decompress(path.read_bytes()).decode().splitlines()
        self.assertEqual(
            header,
            "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,"
            "TX_TIME_SECONDS,TX_TIME_DAYS,TX_FRAUD,TX_FRAUD_SCENARIO",
        )
        self.assertRegex(first, r"^0,2018-04-01 \d\d:\d\d:\d\d,\d+,\d+,\d+\.\d\d,\d+,0,0,0$")

    def test_the_same_transactions_give_the_same_bytes(self):
        one, other = self.folder / "one", self.folder / "other"
        write_file(self.transactions, one)
        write_file(self.transactions, other)
        self.assertEqual(one.read_bytes(), other.read_bytes())

    def test_the_checksums_are_those_of_their_definition(self):
        rows = naive_rows(SMALL.customers, SMALL.terminals, SMALL.days, SMALL.radius)
        found, total = checksums(self.transactions), 0
        for row in rows:
            hashed = row["seconds"]
            for column in ("customer", "terminal", "cents"):
                hashed = hashed * 1_000_003 + row[column]
            total += hashed * 7 + row["scenario"]
        self.assertEqual(found["hash"], total % 2**64)
        self.assertEqual(found["cents × seconds"], sum(row["cents"] * row["seconds"] for row in rows) % (2**61 - 1))
        self.assertEqual(found["cents"], sum(row["cents"] for row in rows))

    def test_vectors_are_joined_by_id_in_whatever_order_they_come(self):
        path = self.write_vectors(list(reversed(range(len(self.transactions)))))
        features = compute_features(self.transactions)
        differences = largest_differences(read_vectors(path, self.transactions), features)
        self.assertEqual(differences, dict.fromkeys(features, 0))

    def test_a_transaction_without_a_vector_or_with_two_is_refused(self):
        path = self.write_vectors([0, 0, *range(2, len(self.transactions))])
        with self.assertRaisesRegex(ValueError, "1 transactions without a vector, 1 with several"):
            read_vectors(path, self.transactions)

    def test_a_missing_value_counts_as_a_difference(self):
        features = {"TX_AMOUNT": np.array([1.0, 2.0])}
        differences = largest_differences({"TX_AMOUNT": np.array([1.0, np.nan])}, features)
        self.assertFalse(differences["TX_AMOUNT"] <= 1)


if __name__ == "__main__":
    unittest.main()
