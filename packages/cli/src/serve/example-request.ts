import type { ModelSignature, ServedModel, TensorSpec } from '@millrace/inference'

/** The longest request that is shown (values). */
const MAX_VALUES = 256

/** A command that asks a model for one row of zeros and empty texts; undefined where JSON cannot carry one. */
export function exampleRequest(address: string, { identity, signature }: ServedModel): string | undefined {
  const inputs = exampleInputs(signature)
  if (inputs === undefined) return undefined
  const url = `${address}/v2/models/${encodeURIComponent(identity.name)}/infer`
  return `curl -s '${url.replaceAll("'", '%27')}' -d ${quoted(JSON.stringify({ inputs }))}`
}

function exampleInputs({ inputs }: ModelSignature): readonly object[] | undefined {
  const values = inputs.reduce((sum, spec) => sum + valuesIn(spec), 0)
  if (values > MAX_VALUES || inputs.some(({ datatype }) => datatype === 'FP16')) return undefined
  return inputs.map(spec => ({
    name: spec.name,
    shape: sizesOf(spec),
    datatype: spec.datatype,
    data: Array(valuesIn(spec)).fill(emptyValue(spec)),
  }))
}

function sizesOf({ shape }: TensorSpec): readonly number[] {
  return shape.map(size => (size < 0 ? 1 : size))
}

function valuesIn(spec: TensorSpec): number {
  return sizesOf(spec).reduce((product, size) => product * size, 1)
}

function emptyValue({ datatype }: TensorSpec): unknown {
  if (datatype === 'BYTES') return ''
  return datatype === 'BOOL' ? false : 0
}

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
