"""Every call of tritonclient over gRPC that means something here. Prints what came of it as one line of JSON."""

import json
import queue
import sys

import numpy
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

MODEL = "card_fraud"
client = triton.InferenceServerClient(sys.argv[1])
rows = numpy.array(json.loads(sys.argv[2]), numpy.float32)


def input_of(values):
    tensor = triton.InferInput("features", list(values.shape), "FP32")
    tensor.set_data_from_numpy(values)
    return tensor


features = input_of(rows)
wanted = [triton.InferRequestedOutput("probabilities")]


def values(result):
    return result.as_numpy("probabilities").astype(float).tolist()


def refusal(call):
    try:
        call()
    except InferenceServerException as error:
        return [error.status(), error.message()]
    return None


answers = queue.Queue()


def put(result, error):
    answers.put(error.message() if error else values(result))


def asynchronous():
    client.async_infer(MODEL, [features], put)
    return answers.get(timeout=10)


def streamed():
    client.start_stream(put)
    for name in (MODEL, "other", MODEL):
        client.async_stream_infer(name, [features])
    results = [answers.get(timeout=10) for _ in range(3)]
    client.stop_stream()
    return results


metadata = client.get_model_metadata(MODEL, as_json=True)
config = client.get_model_config(MODEL, as_json=True)["config"]
identified = client.infer(MODEL, [features], request_id="7")
print(
    json.dumps(
        {
            "live": client.is_server_live(),
            "ready": client.is_server_ready(),
            "model_ready": [
                client.is_model_ready(MODEL),
                client.is_model_ready(MODEL, "1"),
                client.is_model_ready("other"),
            ],
            "extensions": client.get_server_metadata().extensions[:],
            "metadata": metadata,
            "config": config["input"],
            "index": client.get_model_repository_index(as_json=True),
            "load": client.load_model(MODEL),
            "unload": refusal(lambda: client.unload_model(MODEL)),
            "infer": {
                "defaults": values(client.infer(MODEL, [features])),
                "version": values(client.infer(MODEL, [features], model_version="1")),
                "wanted": values(client.infer(MODEL, [features], outputs=wanted)),
                "gzip": values(client.infer(MODEL, [features], compression_algorithm="gzip")),
                "deflate": values(client.infer(MODEL, [features], compression_algorithm="deflate")),
                "options": values(
                    client.infer(
                        MODEL,
                        [features],
                        priority=1,
                        timeout=10_000_000,
                        client_timeout=10,
                        headers={"x-request": "1"},
                        parameters={"custom": "value"},
                    )
                ),
                "async": asynchronous(),
            },
            "stream": streamed(),
            "id": identified.get_response().id,
            "unknown": refusal(lambda: client.infer("other", [features])),
            "version": refusal(lambda: client.get_model_metadata(MODEL, "9")),
            "shape": refusal(lambda: client.infer(MODEL, [input_of(rows[:1, :2])])),
            "output": refusal(
                lambda: client.infer(MODEL, [features], outputs=[triton.InferRequestedOutput("other")])
            ),
            "classes": refusal(
                lambda: client.infer(
                    MODEL, [features], outputs=[triton.InferRequestedOutput("probabilities", class_count=1)]
                )
            ),
            "settings": refusal(client.get_log_settings),
            "statistics": int(
                client.get_inference_statistics(MODEL).model_stats[0].inference_stats.success.count
            )
            > 0,
        }
    )
)
