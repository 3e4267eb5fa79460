"""KServe's REST client in both versions of the protocol; prints what came back as JSON."""

import asyncio
import json
import sys

import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig

URL, MODEL = sys.argv[1], "card_fraud"
rows = json.loads(sys.argv[2])


def probabilities(answer):
    return answer.get_output_by_name("probabilities").as_numpy().tolist()


def request():
    tensor = InferInput("features", [len(rows), len(rows[0])], "FP32")
    tensor.set_data_from_numpy(np.array(rows, dtype=np.float32), binary_data=False)
    return InferRequest(model_name=MODEL, infer_inputs=[tensor])


def binary():
    tensor = InferInput("features", [len(rows), len(rows[0])], "FP32")
    tensor.set_data_from_numpy(np.array(rows, dtype=np.float32), binary_data=True)
    return InferRequest(model_name=MODEL, infer_inputs=[tensor], parameters={"binary_data_output": True})


async def ask():
    v1 = InferenceRESTClient(RESTConfig(protocol="v1"))
    v2 = InferenceRESTClient(RESTConfig(protocol="v2"))
    answer = await v2.infer(URL, request(), model_name=MODEL)
    from_bytes = await v2.infer(URL, binary(), model_name=MODEL)
    refusals = []
    for client, data in [(v1, {"instances": [[1, 2]]}), (v1, {})]:
        try:
            await client.infer(URL, data, model_name=MODEL)
        except Exception as error:
            refusals.append(getattr(getattr(error, "response", None), "status_code", str(error)))
    return {
        "live": [await v1.is_server_live(URL), await v2.is_server_live(URL)],
        "ready": await v2.is_server_ready(URL),
        "model_ready": [await v1.is_model_ready(URL, MODEL), await v2.is_model_ready(URL, MODEL)],
        "v1": (await v1.infer(URL, {"instances": rows}, model_name=MODEL))["predictions"],
        "v2": probabilities(answer),
        "v2_binary": probabilities(from_bytes),
        "refusals": refusals,
    }


print(json.dumps(asyncio.run(ask())))
