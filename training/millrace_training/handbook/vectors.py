"""Reading the vectors that the services made of the set: `npm start -- --input FILE --vectors VECTORS`."""

import json
from pathlib import Path

import numpy as np

from .transactions import Transactions

ID, SCORE, AMOUNT = "TRANSACTION_ID", "score", "TX_AMOUNT"


def read_vectors(path: Path, transactions: Transactions) -> dict[str, np.ndarray]:
    """
    The features of every transaction by the handbook's names, in the order of its models' inputs, with the amount,
    which the vectors leave to the file. Fails where a transaction has no vector, or more than one.
    """
    with path.open(encoding="utf-8") as lines:
        first = json.loads(next(lines))
        names = [name for name in first if name not in (ID, SCORE)]
        values = np.full((len(transactions), len(names)), np.nan)
        times_read = np.zeros(len(transactions), dtype=np.int64)
        lines.seek(0)
        for line in lines:
            vector = json.loads(line)
            values[vector[ID]] = [vector[name] for name in names]
            times_read[vector[ID]] += 1
    if (times_read != 1).any():
        missing, repeated = int((times_read == 0).sum()), int((times_read > 1).sum())
        raise ValueError(f"{path}: {missing} transactions without a vector, {repeated} with several")
    return {AMOUNT: transactions.cents / 100, **dict(zip(names, values.T))}


def largest_differences(vectors: dict[str, np.ndarray], features: dict[str, np.ndarray]) -> dict[str, float]:
    """Of every feature over all rows. Fails where the names or their order differ."""
    if list(vectors) != list(features):
        raise ValueError(f"the vectors hold {list(vectors)}, not {list(features)}")
    return {name: float(np.abs(vectors[name] - features[name]).max()) for name in features}
