"""Trains the handbook's models on its training week and measures them on its test week."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass

from sklearn.preprocessing import StandardScaler

from ..dataset import Dataset
from ..metrics import evaluate
from ..model import largest_difference
from .models import CANDIDATES, Candidate, Figures, to_graph


@dataclass(frozen=True)
class Result:
    candidate: Candidate
    figures: Figures
    largest_difference: float
    """Between the exported model and the fitted one, over all test rows."""
    graph_bytes: int

    @property
    def is_within_tolerance(self) -> bool:
        compared = zip(astuple(self.figures), astuple(self.candidate.published), astuple(self.candidate.tolerance))
        return all(abs(measured - published) <= tolerance for measured, published, tolerance in compared)


def compare(training: Dataset, test: Dataset, candidates: tuple[Candidate, ...] = CANDIDATES) -> Iterator[Result]:
    """Fails where an exported model does not score as the fitted one."""
    scaler = StandardScaler().fit(training.features)
    for candidate in candidates:
        scale = scaler.transform if candidate.is_scaled else lambda features: features
        model = candidate.create().fit(scale(training.features), training.outcomes)
        features = scale(test.features)
        scores = model.predict_proba(features)[:, 1]
        graph = to_graph(model, len(test.inputs))
        measured = evaluate(test, scores)
        yield Result(
            candidate=candidate,
            figures=Figures(measured["auc"], measured["average_precision"], measured["card_precision_at_100"]),
            largest_difference=largest_difference(scores, graph, features),
            graph_bytes=len(graph),
        )
