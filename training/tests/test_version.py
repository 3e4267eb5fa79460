import hashlib
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from millrace_training.dataset import Dataset
from millrace_training.trained import Tested, Trained
from millrace_training.version import write_version

FIGURES = {"auc": 0.9, "average_precision": 0.7, "card_precision_at_100": 0.2, "best_card_precision_at_100": 0.3}


def trained(rows: int, **changed) -> Trained:
    numbers = np.arange(float(rows))
    features = changed.pop("features", np.stack([numbers, -numbers], 1))
    data = Dataset(("a", "b"), np.arange(rows), np.array(["c"] * rows), features, numbers % 2)
    tested = Tested(data, numbers / rows, FIGURES, largest_difference=1e-7)
    return Trained(
        name="fraud",
        version="3",
        onnx=b"model",
        parameters={"n_estimators": 100, "max_depth": 3},
        training=data,
        test=tested,
        population=tested,
        **changed,
    )


class VersionTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.place = write_version(trained(15), Path(folder.name))

    def read(self, name: str):
        return json.loads((self.place / name).read_text())

    def test_a_version_has_a_folder_of_its_own(self):
        self.assertEqual(self.place.parts[-2:], ("fraud", "3"))
        files = sorted(path.name for path in self.place.iterdir())
        self.assertEqual(files, ["background.json", "card.md", "manifest.json", "model.onnx", "reference.json"])

    def test_the_manifest_says_what_goes_in_and_what_must_come_out(self):
        manifest = self.read("manifest.json")
        self.assertEqual((manifest["name"], manifest["version"], manifest["inputs"]), ("fraud", "3", ["a", "b"]))
        self.assertEqual(manifest["digest"], hashlib.sha256(b"model").hexdigest())
        self.assertEqual(manifest["sample"]["rows"], [[n, -n] for n in range(0, 15, 2)])
        self.assertEqual(manifest["sample"]["scores"], [n / 15 for n in range(0, 15, 2)])

    def test_the_manifest_names_what_encoders_had_learnt_and_a_missing_value_is_null(self):
        self.assertNotIn("encoders", self.read("manifest.json"))
        with tempfile.TemporaryDirectory() as folder:
            holed = np.array([[np.nan, 1.0], [2.0, 3.0]])
            place = write_version(trained(2, features=holed, encoders="a" * 64), Path(folder))
            manifest = json.loads((place / "manifest.json").read_text())
        self.assertEqual(manifest["encoders"], "a" * 64)
        self.assertIn([None, 1.0], manifest["sample"]["rows"])

    def test_the_card_has_the_figures_and_no_gaps(self):
        card = (self.place / "card.md").read_text()
        self.assertIn("| ROC AUC | 0.900 | 0.900 |", card)
        self.assertIn("of 0.1 or more for no input.", card)

    def test_the_reference_describes_every_input_and_the_score(self):
        reference = self.read("reference.json")
        self.assertEqual(reference["model"], {"name": "fraud", "version": "3"})
        self.assertEqual(list(reference["features"]), ["a", "b", "score"])


if __name__ == "__main__":
    unittest.main()
