"""Feast's own SDK with a remote online store: a command a line on stdin, its result a line on stdout, all in JSON.

Usage: client.py URL FOLDER DEFINITIONS
"""

import json
import sys
from datetime import timedelta
from pathlib import Path

from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, PushSource
from feast.protos.feast.serving.ServingService_pb2 import FieldStatus
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.repo_config import RepoConfig
from feast.types import Float64, Int64, String
from feast.value_type import ValueType

TYPES = {"int": Int64, "float": Float64, "text": String}


def open_store(url: str, folder: Path, definitions: dict) -> FeatureStore:
    config = RepoConfig(
        project="millrace",
        provider="local",
        registry=str(folder / "registry.db"),
        online_store={"type": "remote", "path": url},
        offline_store={"type": "dask"},
        entity_key_serialization_version=3,
    )
    store = FeatureStore(config=config)
    store.apply(list(objects_of(definitions, folder)))
    return store


def objects_of(definitions: dict, folder: Path):
    views = {}
    for name, view in definitions["views"].items():
        entity = Entity(name=view["key"], join_keys=[view["key"]], value_type=ValueType.STRING)
        rows = FileSource(name=f"{name}_rows", path=str(folder / f"{name}.parquet"), timestamp_field="event_timestamp")
        source = PushSource(name=view["push_source"], batch_source=rows) if "push_source" in view else rows
        fields = {view["key"]: "text", **view["features"]}
        views[name] = FeatureView(
            name=name,
            entities=[entity],
            ttl=timedelta(seconds=view["ttl"]),
            schema=[Field(name=field, dtype=TYPES[kind]) for field, kind in fields.items()],
            source=source,
        )
        yield from (entity, views[name])
    for name, selection in definitions["services"].items():
        yield FeatureService(name=name, features=[views[view][features] for view, features in selection.items()])


def read(store: FeatureStore, command: dict) -> dict:
    features = command.get("features") or store.get_feature_service(command["service"])
    answer = store.get_online_features(
        features=features, entity_rows=command["rows"], full_feature_names=command.get("full", False)
    )
    statuses = zip(answer.proto.metadata.feature_names.val, answer.proto.results)
    return {
        "values": answer.to_dict(),
        "types": {name: sorted({type(value).__name__ for value in values}) for name, values in answer.to_dict().items()},
        "statuses": {name: [FieldStatus.Name(status) for status in result.statuses] for name, result in statuses},
    }


def read_view(store: FeatureStore, command: dict) -> list:
    """One call for each feature view, as older SDKs and the offline joins do it."""
    view = store.get_feature_view(command["view"])
    keys = [
        EntityKey(join_keys=[command["key"]], entity_values=[Value(string_val=entity)]) for entity in command["entities"]
    ]
    rows = store._get_provider().online_read(store.config, view, keys, command["features"])
    return [
        {
            "time": time and time.isoformat(),
            "values": {name: str(value).strip() for name, value in (values or {}).items()},
        }
        for time, values in rows
    ]


def frame_of(command: dict):
    import pandas

    frame = pandas.DataFrame(command["frame"])
    frame["event_timestamp"] = pandas.to_datetime(frame["event_timestamp"], utc=True)
    return frame


def write(store: FeatureStore, command: dict) -> None:
    store.write_to_online_store(command["view"], df=frame_of(command))


def push(store: FeatureStore, command: dict) -> None:
    store.push(command["source"], frame_of(command))


COMMANDS = {"read": read, "read_view": read_view, "write": write, "push": push}


def main(url: str, folder: str, definitions: str) -> None:
    store = open_store(url, Path(folder), json.loads(definitions))
    for line in sys.stdin:
        command = json.loads(line)
        try:
            result = {"result": COMMANDS[command["do"]](store, command)}
        except Exception as error:  # what the SDK raises is what the test looks at
            result = {"error": type(error).__name__, "message": str(error)}
        print(json.dumps(result), flush=True)


main(*sys.argv[1:])
