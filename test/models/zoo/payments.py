"""Small seeded training sets about card payments, with whole and split numbers, words, flags and gaps."""

import numpy as np
import pandas as pd

TRAINING_ROWS, TEST_ROWS = 600, 40
COLUMNS = ["amount", "hour", "payments_1h", "distance_km", "age_days"]
_COUNTRIES, _CHANNELS = ["DE", "FR", "NL", "São Tomé", "日本"], ["app", "card", "web"]


def payments(seed: int = 7, rows: int = TRAINING_ROWS) -> pd.DataFrame:
    """One payment a row. `country` holds words beyond ASCII and `channel` an empty one."""
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "amount": np.round(random.lognormal(3, 1, rows), 2),
            "hour": random.integers(0, 24, rows),
            "payments_1h": random.poisson(1.5, rows),
            "distance_km": np.round(random.exponential(20, rows), 1),
            "age_days": random.integers(0, 2_000, rows),
            "country": random.choice(_COUNTRIES, rows),
            "channel": random.choice(["", *_CHANNELS], rows),
            "is_new": random.random(rows) < 0.3,
        }
    )


def is_fraud(frame: pd.DataFrame, seed: int = 7) -> np.ndarray:
    """Fraud in about every fourth payment: more likely far from home, of a new card, of many in an hour."""
    random = np.random.default_rng(seed + 1)
    risk = frame["distance_km"] / 20 + frame["payments_1h"] * 0.6 + frame["is_new"] * 1.5 - 3.5
    risk += (frame["country"] == "日本") * 1.0 - (frame["channel"] == "card") * 0.7
    return (random.random(len(frame)) < 1 / (1 + np.exp(-risk))).astype(np.int64)


def risk_class(frame: pd.DataFrame) -> np.ndarray:
    """Three classes: 0 near, 1 far, 2 abroad and often."""
    far = frame["distance_km"] > 15
    return np.where(far & (frame["payments_1h"] > 1), 2, far.astype(np.int64))


def matrix(frame: pd.DataFrame, dtype: type = np.float32) -> np.ndarray:
    """The columns that are numbers."""
    return frame[COLUMNS].to_numpy(dtype)


def with_gaps(values: np.ndarray, seed: int = 11) -> np.ndarray:
    """The same values, every tenth of them missing."""
    gaps = np.random.default_rng(seed).random(values.shape) < 0.1
    return np.where(gaps, np.array(np.nan, values.dtype), values)


def test_payments() -> pd.DataFrame:
    return payments(seed=8, rows=TEST_ROWS)
