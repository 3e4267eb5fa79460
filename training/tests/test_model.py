import unittest

import numpy as np
import onnxruntime

from millrace_training.dataset import Dataset
from millrace_training.model import export, fit, largest_difference, native_score


def noisy(rows: int) -> Dataset:
    random = np.random.default_rng(1)
    features = random.normal(size=(rows, 3))
    features[random.random(features.shape) < 0.05] = np.nan
    outcomes = (np.nan_to_num(features).sum(axis=1) + random.normal(size=rows) > 1).astype(int)
    return Dataset(("a", "b", "c"), np.arange(rows), np.array(["c"] * rows), features, outcomes)


class ModelTest(unittest.TestCase):
    def test_the_exported_model_scores_as_the_fitted_one_with_missing_values_too(self):
        dataset = noisy(2_000)
        model = fit(dataset)
        native = native_score(model, dataset.features)
        self.assertLess(largest_difference(native, export(model, 3), dataset.features), 1e-6)

    def test_the_same_data_give_the_same_bytes(self):
        self.assertEqual(export(fit(noisy(500)), 3), export(fit(noisy(500)), 3))

    def test_a_model_that_differs_is_refused(self):
        dataset = noisy(500)
        other = Dataset(dataset.inputs, dataset.times, dataset.customers, dataset.features, 1 - dataset.outcomes)
        with self.assertRaisesRegex(ValueError, "differs"):
            largest_difference(native_score(fit(dataset), dataset.features), export(fit(other), 3), dataset.features)

    def test_the_exported_model_takes_any_number_of_rows_and_gives_tensors(self):
        session = onnxruntime.InferenceSession(export(fit(noisy(500)), 3))
        shapes = [(value.name, value.type, value.shape) for value in session.get_inputs() + session.get_outputs()]
        self.assertEqual(
            shapes,
            [
                ("features", "tensor(float)", ["N", 3]),
                ("label", "tensor(int64)", ["N"]),
                ("probabilities", "tensor(float)", ["N", 2]),
            ],
        )


if __name__ == "__main__":
    unittest.main()
