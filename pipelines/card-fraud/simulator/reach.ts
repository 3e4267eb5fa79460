export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * Indexes `places` on a grid whose cells are as wide as the radius, so that a search looks at nine cells instead
 * of all places. The returned function gives the indices of the places strictly nearer than `radius`, ascending.
 */
export function reachableFrom(places: readonly Point[], radius: number): (from: Point) => number[] {
  const cells = Map.groupBy(places.keys(), index => cellKey(cellOf(places[index]!, radius)))
  return from => {
    const near = neighbourhood(cellOf(from, radius)).flatMap(cell => cells.get(cellKey(cell)) ?? [])
    return near.filter(index => distance(places[index]!, from) < radius).sort((a, b) => a - b)
  }
}

function cellOf({ x, y }: Point, width: number): Point {
  return { x: Math.floor(x / width), y: Math.floor(y / width) }
}

function cellKey({ x, y }: Point): string {
  return `${x}:${y}`
}

function neighbourhood({ x, y }: Point): Point[] {
  const steps = [-1, 0, 1]
  return steps.flatMap(dx => steps.map(dy => ({ x: x + dx, y: y + dy })))
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}
