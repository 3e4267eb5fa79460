import { join } from 'node:path'
import { pythonWith } from '../../test/harness/python-environment.ts'
import { ServerChild } from './child.ts'
import { MODEL_FILE } from './model.ts'

const HERE = import.meta.dirname

/** FastAPI with ONNX Runtime in one process of uvicorn, in its best form, from pinned packages. */
export async function startRival(): Promise<ServerChild> {
  const python = await pythonWith('rival', join(HERE, 'requirements.txt'))
  return ServerChild.start(python, [join(HERE, 'rival.py'), MODEL_FILE])
}
