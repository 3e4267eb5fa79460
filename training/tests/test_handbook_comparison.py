import unittest
from dataclasses import replace

import numpy as np

from millrace_training.dataset import DAY_MS, Dataset
from millrace_training.handbook.comparison import Result, compare
from millrace_training.handbook.models import CANDIDATES
from millrace_training.handbook.report import Comparison, render_report
from millrace_training.handbook.split import START_MS, split_weeks


def cards(rows: list[tuple[int, int, int]]) -> Dataset:
    """Rows are the day of the set, the customer and the outcome."""
    days, customers, outcomes = (np.array(column) for column in zip(*rows))
    return Dataset(("a",), START_MS + days * DAY_MS, customers, np.zeros((len(rows), 1)), outcomes)


def days_and_customers(dataset: Dataset) -> list[tuple[int, int]]:
    days = (dataset.times - START_MS) // DAY_MS
    return list(zip(days.tolist(), dataset.customers.tolist()))


class SplitTest(unittest.TestCase):
    def test_training_and_test_are_weeks_with_a_week_between_them(self):
        training, test = split_weeks(cards([(day, day, 0) for day in range(183)]))
        self.assertEqual([day for day, _ in days_and_customers(training)], list(range(115, 122)))
        self.assertEqual([day for day, _ in days_and_customers(test)], list(range(129, 136)))

    def test_training_can_begin_earlier(self):
        training, _ = split_weeks(cards([(day, day, 0) for day in range(183)]), first_training_day=37)
        self.assertEqual([day for day, _ in days_and_customers(training)], list(range(37, 122)))

    def test_a_card_leaves_the_test_eight_days_after_its_first_fraud_since_training_began(self):
        frauds = [(114, 1, 1), (115, 2, 1), (123, 3, 1), (128, 4, 1)]
        seen = [(day, customer, 0) for day in (129, 131, 135) for customer in (1, 2, 3, 4)]
        _, test = split_weeks(cards(frauds + seen))
        self.assertEqual(
            days_and_customers(test), [(129, 1), (129, 3), (129, 4), (131, 1), (131, 4), (135, 1), (135, 4)]
        )


def week(rows: int, seed: int) -> Dataset:
    random = np.random.default_rng(seed)
    features = random.normal(size=(rows, 3)) * [1, 10, 100]
    outcomes = (features @ [1, 0.1, 0.01] + random.normal(size=rows) > 2).astype(np.int64)
    times = np.sort(random.integers(0, 7, rows)) * DAY_MS
    return Dataset(("a", "b", "c"), times, random.integers(0, 50, rows), features, outcomes)


class ComparisonTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.training, cls.test = week(600, seed=1), week(400, seed=2)
        cls.results = list(compare(cls.training, cls.test))

    def test_every_model_of_the_handbook_scores_after_its_export_as_before(self):
        self.assertEqual([result.candidate for result in self.results], list(CANDIDATES))
        for result in self.results:
            self.assertLess(result.largest_difference, 1e-5, result.candidate.title)
            self.assertGreater(result.figures.auc, 0.6, result.candidate.title)

    def test_figures_within_the_tolerance_pass_and_others_do_not(self):
        candidate = CANDIDATES[0]
        near = replace(candidate.published, auc=candidate.published.auc + 0.0004)
        far = replace(candidate.published, auc=candidate.published.auc + 0.0006)
        self.assertTrue(Result(candidate, near, 0, 1).is_within_tolerance)
        self.assertFalse(Result(candidate, far, 0, 1).is_within_tolerance)

    def test_the_report_has_each_figure_beside_the_published_one(self):
        candidate = CANDIDATES[0]
        figures = replace(candidate.published, auc=0.8706)
        comparison = Comparison(
            rows=1_000,
            frauds=8,
            differences={"NB": 0, "AVG": 1e-12},
            training=self.training,
            test=self.test,
            best_card_precision=0.397,
            results=[Result(candidate, figures, 1e-7, 500)],
        )
        line = "| logistic regression | 0.871 (0.871) | 0.606 (0.606) | 0.291 (0.291) |"
        self.assertIn(line, render_report(comparison).splitlines())


if __name__ == "__main__":
    unittest.main()
