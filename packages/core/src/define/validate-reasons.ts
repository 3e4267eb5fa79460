import type { Model } from './model.ts'

const CODE = /^[A-Z][A-Z0-9_]*$/

/** Everything that is wrong with the reasons that a model declares. */
export function reasonFaults({
  name,
  inputs,
  reasons = {},
}: Pick<Model, 'name' | 'inputs' | 'reasons'>): string[] {
  const codes = inputs.map(input => reasons[input]?.code ?? input.toUpperCase())
  return Object.entries(reasons).flatMap(([input, { code, words } = {}]) => {
    const place = `model "${name}": the reason of "${input}"`
    if (!inputs.includes(input)) return [`${place} is never given: it is none of the inputs`]
    const faults: string[] = []
    if (code !== undefined && !CODE.test(code))
      faults.push(
        `${place}: its code "${code}" must be of capital letters, digits and _, starting with a letter`,
      )
    if (codes.indexOf(code ?? '') !== codes.lastIndexOf(code ?? ''))
      faults.push(`${place}: its code "${code}" is that of another one`)
    if (words?.trim() === '') faults.push(`${place}: its words are empty: leave them out`)
    return faults
  })
}
