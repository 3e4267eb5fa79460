"""Spark ML, through onnxmltools."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyspark
from pyspark.ml import Pipeline
from pyspark.ml.classification import GBTClassifier, LogisticRegression, RandomForestClassifier
from pyspark.ml.feature import OneHotEncoder, StringIndexer, VectorAssembler
from pyspark.ml.functions import array_to_vector
from pyspark.ml.regression import LinearRegression
from pyspark.sql import DataFrame, SparkSession

from .export import spark, spark_columns
from .payments import test_payments
from .trained import CLASSES, FRAME, FRAUD, SEED, SPENT, TEST_X, X
from .written import About, Model

COLUMNS = X.shape[1]


def models() -> Iterator[Model]:
    session = _session()
    for name, estimator, outcome in (
        ("spark-logistic", LogisticRegression(), FRAUD),
        ("spark-classes", RandomForestClassifier(numTrees=10, seed=SEED), CLASSES),
        ("spark-boosting", GBTClassifier(maxIter=10, seed=SEED), FRAUD),
    ):
        fitted = estimator.fit(_vectors(session, X, outcome))
        scored = fitted.transform(_vectors(session, TEST_X))
        exported = spark.export(fitted, COLUMNS, session)
        yield Model(name, exported, {"features": TEST_X}, _classified(scored), _about("classification"))
    fitted = LinearRegression().fit(_vectors(session, X, SPENT))
    expected = {"prediction": _numbers(fitted.transform(_vectors(session, TEST_X)), "prediction").reshape(-1, 1)}
    yield Model(
        "spark-regression", spark.export(fitted, COLUMNS, session), {"features": TEST_X}, expected, _about("regression")
    )
    yield _columns(session)
    session.stop()


def _columns(session: SparkSession) -> Model:
    """Named columns, of which one holds words."""
    frame, test = _without_empty(FRAME), _without_empty(test_payments())
    fitted = _pipeline().fit(session.createDataFrame(frame.assign(label=FRAUD.astype(float))))
    scored = fitted.transform(session.createDataFrame(test))
    types = {"amount": "double", "distance_km": "double", "channel": "string"}
    inputs = {column: test[[column]].to_numpy(np.float32 if kind == "double" else object) for column, kind in types.items()}
    exported = spark_columns.export(fitted, types, session)
    return Model("spark-columns", exported, inputs, _classified(scored), _about("binary, named columns"))


def _pipeline() -> Pipeline:
    stages = [
        StringIndexer(inputCol="channel", outputCol="channel_index"),
        OneHotEncoder(inputCols=["channel_index"], outputCols=["channel_vector"], handleInvalid="keep"),
        VectorAssembler(inputCols=["amount", "distance_km", "channel_vector"], outputCol="features"),
        LogisticRegression(),
    ]
    return Pipeline(stages=stages)


def _without_empty(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[["amount", "distance_km", "channel"]].replace({"channel": {"": "none"}})


def _session() -> SparkSession:
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.sql.shuffle.partitions", "1")
    return builder.config("spark.log.level", "ERROR").config("spark.ui.showConsoleProgress", "false").getOrCreate()


def _vectors(session: SparkSession, rows: np.ndarray, outcome: np.ndarray | None = None) -> DataFrame:
    table = pd.DataFrame({"values": rows.astype(float).tolist()})
    if outcome is not None:
        table["label"] = outcome.astype(float)
    return session.createDataFrame(table).withColumn("features", array_to_vector("values"))


def _classified(scored: DataFrame) -> dict[str, np.ndarray]:
    probability = np.array([row["probability"].toArray() for row in scored.select("probability").collect()])
    return {"prediction": _numbers(scored, "prediction").astype(np.int64), "probability": probability}


def _numbers(scored: DataFrame, column: str) -> np.ndarray:
    return np.array([row[column] for row in scored.select(column).collect()])


def _about(task: str) -> About:
    return About("Spark ML", pyspark.__version__, task)
