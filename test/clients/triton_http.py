"""Every call of tritonclient.http that a server of models answers, with its defaults; prints what came back as JSON."""

import json
import sys

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

MODEL = "card_fraud"
client = triton.InferenceServerClient(sys.argv[1].removeprefix("http://"))
rows = np.array(json.loads(sys.argv[2]), dtype=np.float32)


def given(binary=True):
    tensor = triton.InferInput("features", list(rows.shape), "FP32")
    tensor.set_data_from_numpy(rows, binary_data=binary)
    return [tensor]


def scores(answer):
    return answer.as_numpy("probabilities").tolist()


def refusal(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except InferenceServerException as error:
        return [error.status(), error.message()]
    return None


def wanted(**options):
    return [triton.InferRequestedOutput("probabilities", **options)]


def wrong():
    tensor = triton.InferInput("features", [1, 2], "FP32")
    tensor.set_data_from_numpy(np.zeros((1, 2), dtype=np.float32))
    return [tensor]


results = {
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "model_ready": [client.is_model_ready(MODEL), client.is_model_ready(MODEL, "1"), client.is_model_ready("x")],
    "extensions": client.get_server_metadata()["extensions"],
    "metadata": client.get_model_metadata(MODEL, "1"),
    "config": client.get_model_config(MODEL)["input"],
    "index": client.get_model_repository_index(),
    "load": client.load_model(MODEL),
    "unload": refusal(client.unload_model, MODEL),
    "infer": {
        "defaults": scores(client.infer(MODEL, given())),
        "version": scores(client.infer(MODEL, given(), model_version="1")),
        "json": scores(client.infer(MODEL, given(binary=False), outputs=wanted(binary_data=False))),
        "mixed": scores(client.infer(MODEL, given(), outputs=wanted(binary_data=False))),
        "options": scores(client.infer(MODEL, given(), request_id="7", priority=1, timeout=10_000_000)),
        "async": scores(client.async_infer(MODEL, given()).get_result()),
    },
    "id": client.infer(MODEL, given(), request_id="7").get_response()["id"],
    "unknown": refusal(client.infer, "x", given()),
    "shape": refusal(client.infer, MODEL, wrong()),
    "output": refusal(client.infer, MODEL, given(), outputs=[triton.InferRequestedOutput("x")]),
    "classes": refusal(client.infer, MODEL, given(), outputs=wanted(class_count=2)),
    "compressed": [
        refusal(client.infer, MODEL, given(), request_compression_algorithm=algorithm)
        for algorithm in ("gzip", "deflate")
    ],
    "answer_gzip": scores(client.infer(MODEL, given(), response_compression_algorithm="gzip")),
    "statistics": client.get_inference_statistics(MODEL)["model_stats"][0]["inference_count"] > 0,
    "all_statistics": len(client.get_inference_statistics()["model_stats"]),
}
client.close()
print(json.dumps(results))
