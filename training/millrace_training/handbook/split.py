"""The handbook's training week and its test week."""

import numpy as np

from ..dataset import DAY_MS, Dataset
from .transactions import START, Transactions

WEEK = 7
FIRST_TRAINING_DAY = 115
"""2018-07-25. Days are counted from the start of the set."""
TRAINING_END = FIRST_TRAINING_DAY + WEEK
FIRST_TEST_DAY = TRAINING_END + WEEK
"""The outcomes of a week are not known yet."""
TEST_END = FIRST_TEST_DAY + WEEK

START_MS = int(START.astype("datetime64[ms]").astype(np.int64))


def make_dataset(transactions: Transactions, features: dict[str, np.ndarray]) -> Dataset:
    return Dataset(
        inputs=tuple(features),
        times=START_MS + transactions.seconds * 1_000,
        customers=transactions.customers,
        features=np.stack(list(features.values()), axis=1),
        outcomes=transactions.frauds,
    )


def split_weeks(dataset: Dataset, first_training_day: int = FIRST_TRAINING_DAY) -> tuple[Dataset, Dataset]:
    """
    Training and test. The test week is always the handbook's, without the cards that were known by then to be
    compromised; training can begin earlier than the handbook's does.
    """
    days = _days(dataset)
    training = dataset.where((days >= first_training_day) & (days < TRAINING_END))
    return training, dataset.where(_is_tested(dataset, days))


def _is_tested(dataset: Dataset, days: np.ndarray) -> np.ndarray:
    """Known on a test day are the cards with a fraud from the training week on, up to eight days before."""
    is_tested = (days >= FIRST_TEST_DAY) & (days < TEST_END)
    for day in range(FIRST_TEST_DAY, TEST_END):
        is_known = (days >= FIRST_TRAINING_DAY) & (days < day - WEEK) & (dataset.outcomes == 1)
        is_tested &= (days != day) | ~np.isin(dataset.customers, dataset.customers[is_known])
    return is_tested


def _days(dataset: Dataset) -> np.ndarray:
    return (dataset.times - START_MS) // DAY_MS
