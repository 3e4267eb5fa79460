import { isUtf8 } from 'node:buffer'
import type { TensorSpec } from '../../tensor/tensor.ts'
import { invalid, isObject } from '../infer/json-object.ts'

/** Replaces each `{"b64": …}` within nested lists by its text. Throws REQUEST_INVALID for what is none. */
export function bytesTexts(list: readonly unknown[], spec: TensorSpec): readonly unknown[] {
  return list.map(item => {
    if (Array.isArray(item)) return bytesTexts(item, spec)
    return isObject(item) ? textOf(item['b64'], spec) : item
  })
}

function textOf(base64: unknown, { name }: TensorSpec): string {
  if (typeof base64 !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    throw invalid(`Input "${name}" has an object that is no {"b64": text in base64}.`)
  }
  const bytes = Buffer.from(base64, 'base64')
  if (!isUtf8(bytes)) throw invalid(`Input "${name}" has bytes that are no UTF-8 text.`)
  return bytes.toString()
}
