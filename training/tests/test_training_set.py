import hashlib
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from millrace_training.training_set import read_manifest, read_training_set


DAYS = [(["a", "b"], [1.5, np.nan], [True, False]), (["c"], [2.0], [True])]


def write_set(folder: Path) -> Path:
    """Two days, as `millrace training-set` lays them out."""
    files = []
    for day, (ids, amounts, outcomes) in enumerate(DAYS):
        path = folder / f"date=2026-01-0{day + 1}" / "part-00000.parquet"
        path.parent.mkdir()
        times = pa.array([day * 86_400_000 + row for row in range(len(ids))], pa.timestamp("ms", tz="UTC"))
        columns = {"customerId": ids, "event_time": times, "z": amounts, "a": amounts, "outcome": outcomes}
        parquet.write_table(pa.table(columns), path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        files.append({"path": str(path.relative_to(folder)), "rows": len(ids), "sha256": sha256})
    content = {"pipeline": {"name": "größe", "version": 1}, "inputs": ["z", "a"], "label": {"column": "outcome"}}
    content |= {"window": {"from": None}, "rows": 3, "files": files}
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    name = hashlib.sha256(text.encode()).hexdigest()
    (folder / "_manifest.json").write_text(json.dumps({"name": name, **content}, indent=2), encoding="utf-8")
    return folder


class TrainingSetTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = write_set(Path(folder.name))

    def test_a_set_is_read_with_the_inputs_in_their_order(self):
        dataset = read_training_set(self.folder, "customerId")
        self.assertEqual(dataset.inputs, ("z", "a"))
        self.assertEqual(dataset.times.tolist(), [0, 1, 86_400_000])
        self.assertEqual(dataset.customers.tolist(), ["a", "b", "c"])
        self.assertEqual(dataset.outcomes.tolist(), [1, 0, 1])
        np.testing.assert_array_equal(dataset.features, [[1.5, 1.5], [np.nan, np.nan], [2.0, 2.0]])

    def test_a_set_without_its_manifest_is_refused(self):
        (self.folder / "_manifest.json").unlink()
        with self.assertRaisesRegex(ValueError, "not finished"):
            read_training_set(self.folder, "customerId")

    def test_a_changed_file_is_refused(self):
        path = self.folder / "date=2026-01-02" / "part-00000.parquet"
        path.write_bytes(path.read_bytes() + b" ")
        with self.assertRaisesRegex(ValueError, "part-00000.parquet was changed"):
            read_training_set(self.folder, "customerId")

    def test_a_changed_manifest_is_refused(self):
        path = self.folder / "_manifest.json"
        path.write_text(path.read_text(encoding="utf-8").replace('"rows": 3', '"rows": 4'), encoding="utf-8")
        with self.assertRaisesRegex(ValueError, "_manifest.json was changed"):
            read_manifest(self.folder)


if __name__ == "__main__":
    unittest.main()
