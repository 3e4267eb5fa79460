/**
 * The shape of nested lists, by their first items. Where the model has one column, rows may be bare values: `[1, 2]`
 * for the shape [−1, 1].
 */
export function shapeOf(value: unknown, wanted: readonly number[]): readonly number[] {
  const shape: number[] = []
  for (let item = value; Array.isArray(item); item = item[0]) shape.push(item.length)
  const isBare = shape.length === wanted.length - 1 && Math.abs(wanted.at(-1)!) === 1
  return isBare && shape.length > 0 ? [...shape, 1] : shape
}
