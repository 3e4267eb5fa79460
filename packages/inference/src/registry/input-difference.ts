/**
 * Says in words how the inputs that a model was trained with differ from the declared ones, undefined when they are
 * the same in the same order.
 */
export function inputDifference(trained: readonly string[], declared: readonly string[]): string | undefined {
  const missing = declared.filter(name => !trained.includes(name))
  const unknown = trained.filter(name => !declared.includes(name))
  const parts: string[] = []
  if (missing.length > 0) parts.push(`the model does not know ${quoted(missing)}`)
  if (unknown.length > 0) parts.push(`the pipeline does not declare ${quoted(unknown)}`)
  if (parts.length > 0) return parts.join(', and ')
  const place = declared.findIndex((name, i) => trained[i] !== name)
  if (place >= 0)
    return `input ${place + 1} is "${trained[place]}" in the model, "${declared[place]}" is declared`
  return trained.length === declared.length ? undefined : 'the model names an input twice'
}

function quoted(names: readonly string[]): string {
  return names.map(name => `"${name}"`).join(', ')
}
