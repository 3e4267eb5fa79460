import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'

/** Rows for the load-time check: their scores are those that ONNX Runtime gives here. */
const SAMPLE = [
  [12.5, 0, 0, 1, 12.5, 3, 20, 11, 25],
  [250, 1, 1, 4, 90, 12, 60, 40, 55],
]
const EDGES = [1, 2, 5, 10, 20, 50, 100, 200, 500]

/** Wraps an ONNX file as version 1 of a model in `folder`, as the scorer wants it. The reference's bins are made up. */
export async function writeModelVersion(
  folder: string,
  onnxFile: string,
  inputs: readonly string[],
): Promise<void> {
  const place = join(folder, '1')
  const onnx = await readFile(onnxFile)
  const digest = createHash('sha256').update(onnx).digest('hex')
  const sample = { rows: SAMPLE, scores: await scoresOf(onnxFile) }
  const feature = (edges: readonly number[]) => ({
    count: 1_000,
    missing: 0,
    edges,
    fractions: Array(edges.length + 1).fill(1 / (edges.length + 1)),
  })
  const features = Object.fromEntries([
    ...inputs.map(name => [name, feature(EDGES)]),
    ['score', feature(EDGES.map(edge => edge / 1_000))],
  ])
  await mkdir(place, { recursive: true })
  await writeFile(join(place, 'model.onnx'), onnx)
  await writeFile(
    join(place, 'manifest.json'),
    JSON.stringify({ name: 'job', version: '1', inputs, digest, sample }),
  )
  await writeFile(
    join(place, 'reference.json'),
    JSON.stringify({ model: { name: 'job', version: '1' }, features }),
  )
}

async function scoresOf(onnxFile: string): Promise<number[]> {
  const session = await InferenceSession.create(onnxFile)
  const rows = new Tensor('float32', Float32Array.from(SAMPLE.flat()), [SAMPLE.length, SAMPLE[0]!.length])
  const { probabilities } = await session.run({ [session.inputNames[0]!]: rows }, ['probabilities'])
  const values = probabilities!.data as Float32Array
  return SAMPLE.map((_, row) => values[row * 2 + 1]!)
}
