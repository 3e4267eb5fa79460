import { createHash } from 'node:crypto'
import type { ModelVersion } from '../../src/registry/check-version.ts'
import { linearModel } from '../onnx/onnx-bytes.ts'

/** A model version of three inputs whose score is a + 10·b + 100·c. */
export function linearVersion(
  onnx = linearModel([1, 10, 100]),
  sample = { rows: [[1, 2, 3]], scores: [321] },
): ModelVersion {
  const digest = createHash('sha256').update(onnx).digest('hex')
  const identity = { name: 'fraud', version: '1', digest }
  const manifest = { name: 'fraud', version: '1', inputs: ['a', 'b', 'c'], digest, sample }
  return { identity, onnx, manifest, reference: {} }
}
