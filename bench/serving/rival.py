"""Scores by FastAPI and ONNX Runtime in one process: orjson both ways, no validation, uvloop and httptools."""

import asyncio
import resource
import socket
import sys
import threading

import numpy as np
import onnxruntime
import orjson
import uvicorn
from fastapi import FastAPI, Request, Response

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
[name] = [given.name for given in session.get_inputs()]
app = FastAPI()


@app.post("/predict")
async def predict(request: Request) -> Response:
    rows = np.asarray(orjson.loads(await request.body())["instances"], dtype=np.float32)
    [probabilities] = session.run(["probabilities"], {name: rows})
    body = orjson.dumps({"predictions": probabilities}, option=orjson.OPT_SERIALIZE_NUMPY)
    return Response(body, media_type="application/json")


@app.get("/cpu")
async def cpu() -> dict:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {"user": usage.ru_utime * 1e6, "system": usage.ru_stime * 1e6}


listener = socket.create_server(("127.0.0.1", 0))
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
config = uvicorn.Config(app, loop="uvloop", http="httptools", log_level="error", access_log=False)
server = uvicorn.Server(config)


def end_with_stdin() -> None:
    sys.stdin.read()
    server.should_exit = True


threading.Thread(target=end_with_stdin, daemon=True).start()
print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
asyncio.run(server.serve(sockets=[listener]))
