"""Sums that tell whether a set is the published one, whatever the order of its rows."""

import numpy as np

from .transactions import Transactions

MERSENNE_61 = 2**61 - 1
HASH_FACTOR = np.uint64(1_000_003)

PUBLISHED = {
    "rows": 1_754_155,
    "seconds": 13_863_496_926_060,
    "cents": 9_407_937_008,
    "customers": 4_392_424_120,
    "terminals": 8_765_044_444,
    "scenarios": [1_739_474, 973, 9_077, 4_631],
    "cents × seconds": 74_370_799_826_043_625,
    "hash": 8_453_219_861_179_405_468,
}
"""Of the published files."""

PUBLISHED_FEATURES = {
    "CUSTOMER_ID_NB_TX_1DAY_WINDOW": 6_245_806,
    "CUSTOMER_ID_NB_TX_7DAY_WINDOW": 32_698_235,
    "CUSTOMER_ID_NB_TX_30DAY_WINDOW": 125_859_562,
    "TERMINAL_ID_NB_TX_1DAY_WINDOW": 1_683_536,
    "TERMINAL_ID_RISK_1DAY_WINDOW": 8_880.388095,
    "TERMINAL_ID_NB_TX_7DAY_WINDOW": 11_591_406,
    "TERMINAL_ID_RISK_7DAY_WINDOW": 13_874.012063,
    "TERMINAL_ID_NB_TX_30DAY_WINDOW": 46_326_926,
    "TERMINAL_ID_RISK_30DAY_WINDOW": 13_223.969947,
}
"""Sums over all rows of the published files; those of the risks to the sixth decimal."""


def checksums(transactions: Transactions) -> dict[str, int | list[int]]:
    cents, seconds = transactions.cents.tolist(), transactions.seconds.tolist()
    return {
        "rows": len(transactions),
        "seconds": int(transactions.seconds.sum()),
        "cents": int(transactions.cents.sum()),
        "customers": int(transactions.customers.sum()),
        "terminals": int(transactions.terminals.sum()),
        "scenarios": np.bincount(transactions.scenarios, minlength=4).tolist(),
        "cents × seconds": sum(map(int.__mul__, cents, seconds)) % MERSENNE_61,
        "hash": int(_hashes(transactions).sum(dtype=np.uint64)),
    }


def _hashes(transactions: Transactions) -> np.ndarray:
    """In 64 bits without a sign; what does not fit is cut off."""
    hashes = transactions.seconds.astype(np.uint64)
    for column in (transactions.customers, transactions.terminals, transactions.cents):
        hashes = hashes * HASH_FACTOR + column.astype(np.uint64)
    return hashes * np.uint64(7) + transactions.scenarios.astype(np.uint64)


def feature_sums(features: dict[str, np.ndarray]) -> dict[str, float]:
    """Of the features of which published sums are known, to the sixth decimal."""
    return {name: round(float(features[name].sum()), 6) for name in PUBLISHED_FEATURES}
