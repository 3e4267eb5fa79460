/** The numbers among the figures of a manifest, those that are nested by their path: `test_week.auc`. */
export function flatFigures(figures: unknown, path = ''): ReadonlyMap<string, number> {
  if (typeof figures === 'number') return new Map([[path, figures]])
  if (typeof figures !== 'object' || figures === null) return new Map()
  const nested = Object.entries(figures).map(([name, value]) =>
    flatFigures(value, path === '' ? name : `${path}.${name}`),
  )
  return new Map(nested.flatMap(entries => [...entries]))
}

/** A figure for people: four significant digits. */
export function formatFigure(value: number): string {
  return String(Number(value.toPrecision(4)))
}
