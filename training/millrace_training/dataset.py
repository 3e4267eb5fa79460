"""Transactions as a model sees them."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

DAY_MS = 86_400_000
TIME, CUSTOMER, OUTCOME = "occurred_at", "customer_id", "is_fraud"


@dataclass(frozen=True)
class Dataset:
    """Transactions in the order of their times: what the model sees of them, and what became of them."""

    inputs: tuple[str, ...]
    """Names of the columns of `features`, in the order of the model's input tensor."""
    times: np.ndarray
    """Epoch milliseconds."""
    customers: np.ndarray
    features: np.ndarray
    """Doubles, one row a transaction; NaN where a value is missing."""
    outcomes: np.ndarray
    """1 where the transaction was fraud, else 0."""

    @property
    def days(self) -> np.ndarray:
        """Days since the epoch, in UTC."""
        return self.times // DAY_MS

    def named(self, inputs: tuple[str, ...]) -> "Dataset":
        """The same columns under other names."""
        if len(inputs) != len(self.inputs):
            raise ValueError(f"{len(inputs)} names for {len(self.inputs)} inputs")
        return replace(self, inputs=inputs)

    def where(self, chosen: np.ndarray) -> "Dataset":
        return replace(
            self,
            times=self.times[chosen],
            customers=self.customers[chosen],
            features=self.features[chosen],
            outcomes=self.outcomes[chosen],
        )


def read_dataset(path: Path) -> Dataset:
    """Reads NDJSON: in each row `occurred_at`, `customer_id` and `is_fraud`; every other column is an input."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    inputs = tuple(name for name in rows[0] if name not in (TIME, CUSTOMER, OUTCOME))
    dataset = Dataset(
        inputs=inputs,
        times=np.array([row[TIME] for row in rows], dtype=np.int64),
        customers=np.array([row[CUSTOMER] for row in rows]),
        features=np.array([[row[name] for name in inputs] for row in rows], dtype=np.float64),
        outcomes=np.array([row[OUTCOME] for row in rows], dtype=np.int64),
    )
    return dataset.where(np.argsort(dataset.times, kind="stable"))


def last_days(dataset: Dataset, days: int) -> Dataset:
    return dataset.where(dataset.days > dataset.days[-1] - days)
