"""How well scores tell fraud from genuine transactions."""

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from .dataset import Dataset

CARDS_PER_DAY = 100
WEEK = 7


def evaluate(dataset: Dataset, scores: np.ndarray) -> dict[str, float]:
    """ROC AUC, average precision, and the card precision beside the one that a perfect ranking would have."""
    return {
        "auc": float(roc_auc_score(dataset.outcomes, scores)),
        "average_precision": float(average_precision_score(dataset.outcomes, scores)),
        "card_precision_at_100": card_precision(dataset, scores),
        "best_card_precision_at_100": card_precision(dataset, dataset.outcomes),
    }


def card_precision(dataset: Dataset, scores: np.ndarray, k: int = CARDS_PER_DAY) -> float:
    """
    The mean over the days of the share of compromised cards among the k cards with the highest scores of the day.
    A card that was found on a day is blocked for the rest of the week, as in the handbook's test week.
    """
    first_day = dataset.days[0]
    found: set = set()
    precisions = []
    for day in np.unique(dataset.days):
        if (day - first_day) % WEEK == 0:
            found = set()
        today = dataset.days == day
        caught = _compromised_among_top(dataset.customers[today], dataset.outcomes[today], scores[today], found, k)
        precisions.append(len(caught) / k)
        found |= caught
    return float(np.mean(precisions))


def _compromised_among_top(
    customers: np.ndarray, outcomes: np.ndarray, scores: np.ndarray, found: set, k: int
) -> set:
    """Equal scores are taken in the order of the customers' first transactions of the day."""
    highest: dict = {}
    for customer, score in zip(customers, scores):
        if customer not in found:
            highest[customer] = max(score, highest.get(customer, -np.inf))
    top = sorted(highest, key=lambda customer: -highest[customer])[:k]
    return set(top) & set(customers[outcomes == 1])
