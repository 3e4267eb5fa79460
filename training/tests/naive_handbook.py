"""The handbook's definitions as slow, obvious code: an oracle that shares nothing with the package."""

import math
import random

import numpy as np

DAY = 86_400


def naive_rows(customers: int, terminals: int, days: int, radius: float) -> list[dict]:
    np.random.seed(0)
    profiles = [
        (np.random.uniform(0, 100), np.random.uniform(0, 100), np.random.uniform(5, 100), np.random.uniform(0, 4))
        for _ in range(customers)
    ]
    np.random.seed(1)
    places = [(np.random.uniform(0, 100), np.random.uniform(0, 100)) for _ in range(terminals)]
    rows = [row for id, profile in enumerate(profiles) for row in _payments(id, profile, places, days, radius)]
    rows.sort(key=lambda row: row["seconds"])
    _add_fraud(rows, customers, terminals)
    return rows


def _payments(customer: int, profile: tuple, places: list, days: int, radius: float) -> list[dict]:
    x, y, mean, daily = profile
    near = [id for id, (left, top) in enumerate(places) if math.dist((x, y), (left, top)) < radius]
    random.seed(customer)
    np.random.seed(customer)
    rows = []
    for day in range(days):
        for _ in range(np.random.poisson(daily)):
            second = int(np.random.normal(43_200, 20_000))
            if second <= 0 or second >= DAY:
                continue
            amount = np.random.normal(mean, mean / 2)
            if amount < 0:
                amount = np.random.uniform(0, mean * 2)
            if near:
                terminal = random.choice(near)
                cents = round(np.round(amount, 2) * 100)
                row = {"customer": customer, "terminal": terminal, "cents": cents, "scenario": 0}
                rows.append({"seconds": day * DAY + second, **row})
    return rows


def _add_fraud(rows: list[dict], customers: int, terminals: int) -> None:
    for row in rows:
        if row["cents"] > 22_000:
            row["scenario"] = 1
    last_day = max(row["seconds"] // DAY for row in rows)
    for day in range(last_day):
        np.random.seed(day)
        chosen = np.random.choice(terminals, 2, replace=False)
        for row in rows:
            if row["terminal"] in chosen and day <= row["seconds"] // DAY < day + 28:
                row["scenario"] = 2
    for day in range(last_day):
        np.random.seed(day)
        chosen = np.random.choice(customers, 3, replace=False)
        theirs = [r for r in rows if r["customer"] in chosen and day <= r["seconds"] // DAY < day + 14]
        random.seed(day)
        for row in random.sample(theirs, len(theirs) // 3):
            row["scenario"] = 3
            row["cents"] *= 5


def naive_features(rows: list[dict]) -> list[list[float]]:
    """The amount and the 14 features of each row, in the order of the handbook's models."""
    return [_features(position, row, rows) for position, row in enumerate(rows)]


def _features(position: int, row: dict, rows: list[dict]) -> list[float]:
    now = row["seconds"]
    before = [other for other in rows[: position + 1] if other["customer"] == row["customer"]]
    there = [other for other in rows if other["terminal"] == row["terminal"]]
    weekday = (now // DAY + 6) % 7  # day 0 was a Sunday; 0 is Monday
    features = [row["cents"] / 100, float(weekday >= 5), float(now % DAY // 3_600 <= 6)]
    for days in (1, 7, 30):
        cents = [other["cents"] for other in before if other["seconds"] > now - days * DAY]
        features += [len(cents), sum(cents) / len(cents) / 100]
    for days in (1, 7, 30):
        end = now - 7 * DAY
        frauds = [other["scenario"] > 0 for other in there if end - days * DAY < other["seconds"] <= end]
        features += [len(frauds), sum(frauds) / len(frauds) if frauds else 0]
    return features
