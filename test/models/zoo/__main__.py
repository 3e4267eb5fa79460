"""Makes models: python -m zoo FOLDER LIBRARY..."""

import argparse
from importlib import import_module
from pathlib import Path

from .written import write_model

LIBRARIES = {
    "fixtures": ("scikit_learn", "fixtures"),
    "scikit-learn": ("scikit_learn", "models"),
    "xgboost": ("xgboost", "models"),
    "lightgbm": ("lightgbm", "models"),
    "catboost": ("catboost", "models"),
    "pytorch": ("pytorch", "models"),
    "keras": ("keras", "models"),
    "spark": ("spark", "models"),
    "unusual": ("unusual", "models"),
    "refused": ("refused", "models"),
}


def main() -> None:
    arguments = argparse.ArgumentParser(prog="zoo", description="Trains models and writes them with rows and scores.")
    arguments.add_argument("folder", type=Path, help="where each model has a folder of its own")
    arguments.add_argument("libraries", nargs="+", choices=LIBRARIES)
    given = arguments.parse_args()
    for library in given.libraries:
        module, maker = LIBRARIES[library]
        for model in getattr(import_module(f"zoo.{module}"), maker)():
            write_model(given.folder / model.name, model)
            print(model.name, flush=True)


if __name__ == "__main__":
    main()
