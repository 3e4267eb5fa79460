"""Validates objects of Kubernetes by the schemas of its versions and of custom resources.

Reads {"manifests": […], "versions": ["1.35", …], "definitions": [files]} from standard input and writes the faults, in
words, as a list. A field that a schema does not know is a fault.
"""

import json
import sys

import jsonschema
import kubernetes_validate
import yaml


def custom_schemas(files):
    schemas = {}
    for file in files:
        with open(file, encoding="utf8") as text:
            definition = yaml.safe_load(text)["spec"]
        for version in definition["versions"]:
            key = (f"{definition['group']}/{version['name']}", definition["names"]["kind"])
            schemas[key] = strict(version["schema"]["openAPIV3Schema"])
    return schemas


def strict(schema):
    """The same schema without room for fields that it does not name."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: strict(part) for key, part in schema.items() if key not in ("description", "format")}
    is_open = "additionalProperties" in schema or schema.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(schema.get("properties"), dict) and not is_open:
        result["additionalProperties"] = False
    return result


def custom_faults(manifest, schema):
    # What every object has, the API server checks by itself.
    own = {key: value for key, value in manifest.items() if key not in ("apiVersion", "kind", "metadata")}
    rest = {**schema, "required": [name for name in schema.get("required", []) if name in ("spec",)]}
    return [f"{error.json_path}: {error.message}" for error in jsonschema.Draft7Validator(rest).iter_errors(own)]


def builtin_faults(manifest, versions):
    for version in versions:
        try:
            kubernetes_validate.validate(manifest, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"{version}: {error.message}"
        except kubernetes_validate.SchemaNotFoundError:
            yield f"{version}: there is no schema of {manifest['apiVersion']} {manifest['kind']}"


def main():
    given = json.load(sys.stdin)
    custom = custom_schemas(given["definitions"])
    faults = []
    for manifest in given["manifests"]:
        schema = custom.get((manifest["apiVersion"], manifest["kind"]))
        found = custom_faults(manifest, schema) if schema else builtin_faults(manifest, given["versions"])
        faults += [f"{manifest['kind']} {manifest['metadata']['name']}: {fault}" for fault in found]
    json.dump(faults, sys.stdout)


main()
