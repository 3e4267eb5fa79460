"""Registers the folder of a version as docs/model-registry.md shows it. Prints the number of the version.

Usage: register-folder.py NAME FOLDER
"""

import sys

import mlflow


def main():
    name, folder = sys.argv[1:]
    with mlflow.start_run() as run:
        mlflow.log_artifacts(folder, "model")
    client = mlflow.MlflowClient()
    version = client.create_model_version(name, f"{run.info.artifact_uri}/model", run.info.run_id)
    print(version.version)


main()
