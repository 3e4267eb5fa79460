/**
 * How many of `length` ascending numbers are at most `limit`: those of `values` at `first`, `first + stride`, and so on.
 * It looks from the nearer end in growing steps: most questions are about the oldest or the newest events, which are
 * next to what was looked at already, where halving would look all over the memory.
 */
export function countUpTo(
  values: readonly number[],
  first: number,
  stride: number,
  length: number,
  limit: number,
): number {
  if (length === 0) return 0
  const newest = values[first + (length - 1) * stride]!
  if (newest <= limit) return length
  const oldest = values[first]!
  if (oldest > limit) return 0
  // The answer is from low to high.
  let low = 1
  let high = length - 1
  if (limit - oldest < newest - limit) {
    for (let step = 1; low + step <= high; step *= 2) {
      if (values[first + (low + step - 1) * stride]! > limit) {
        high = low + step - 1
        break
      }
      low += step
    }
  } else {
    for (let step = 1; low + step <= high; step *= 2) {
      if (values[first + (high - step) * stride]! <= limit) {
        low = high - step + 1
        break
      }
      high -= step
    }
  }
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[first + middle * stride]! <= limit) low = middle + 1
    else high = middle
  }
  return low
}
