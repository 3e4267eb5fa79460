"""Reads objects of KServe by the models of its SDK, as a list from standard input, and writes the faults, in words.

The SDK's models come from the same source as KServe's definitions: a field that they do not know is none.
"""

import json
import re
import sys

import kserve.models
import kubernetes.client
import pydantic

ROOTS = {
    "serving.kserve.io/v1beta1 InferenceService": kserve.models.V1beta1InferenceService,
    "serving.kserve.io/v1alpha1 ServingRuntime": kserve.models.V1alpha1ServingRuntime,
}
PLAIN = {"str": str, "int": int, "bool": bool, "float": (int, float)}
SCALARS = {"ResourceQuantity": (str, int), "IntOrString": (str, int), "object": (str, int, dict)}


def faults_of(value, kind, path):
    inner = re.fullmatch(r"(list|dict)[(\[](?:str, )?(.+)[)\]]", kind, re.IGNORECASE)
    if inner:
        wanted, items = (list, enumerate) if inner[1].lower() == "list" else (dict, dict.items)
        if not isinstance(value, wanted):
            return [f"{path}: is no {inner[1]}"]
        return [fault for key, item in items(value) for fault in faults_of(item, inner[2], f"{path}.{key}")]
    if kind in PLAIN or kind in SCALARS:
        return [] if isinstance(value, PLAIN.get(kind) or SCALARS[kind]) else [f"{path}: is no {kind}"]
    return object_faults(value, model_of(kind), path)


def model_of(kind):
    return getattr(kserve.models, kind, None) or getattr(kubernetes.client, kind)


def object_faults(value, model, path):
    names = {given: field for field, given in model.attribute_map.items()}
    unknown = [f"{path}: has no field {name}" for name in value if name not in names]
    known = {names[name]: item for name, item in value.items() if name in names}
    inner = [
        fault
        for field, item in known.items()
        for fault in faults_of(item, model.openapi_types[field], f"{path}.{model.attribute_map[field]}")
    ]
    return unknown + inner + missing(model, known, path)


def missing(model, known, path):
    try:
        model(**known)
        return []
    except pydantic.ValidationError as error:
        return [f"{path}.{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
    except ValueError as error:
        return [f"{path}: {error}"]


def main():
    faults = []
    for manifest in json.load(sys.stdin):
        root = ROOTS[f"{manifest['apiVersion']} {manifest['kind']}"]
        faults += object_faults(manifest, root, manifest["metadata"]["name"])
    json.dump(faults, sys.stdout)


main()
