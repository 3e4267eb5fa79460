import { MillraceError, type Model } from '@millrace/core'

/**
 * A declared rule, as `rule.ts` beside a pipeline exports it: a first model before there is anything to learn from.
 * The score is 1 / (1 + e^−z) with z = intercept + Σ weight × input, missing inputs left out.
 */
export interface Rule {
  /** z of an event whose inputs are all 0. */
  readonly intercept: number
  /** What one unit of an input adds to z; an input that is left out adds nothing. */
  readonly weights: Readonly<Record<string, number>>
}

/** Says in words what is wrong with what a `rule.ts` exports as `rule`. */
export function ruleFaults(rule: unknown, { inputs }: Pick<Model, 'inputs'>): string[] {
  if (typeof rule !== 'object' || rule === null) return ['rule.ts: it exports no object named "rule"']
  const { intercept, weights } = rule as Partial<Record<keyof Rule, unknown>>
  if (typeof weights !== 'object' || weights === null) return ['rule.ts: its weights are no object']
  return [
    ...(Number.isFinite(intercept) ? [] : ['rule.ts: its intercept is no finite number']),
    ...Object.entries(weights).flatMap(([name, weight]) => [
      ...(inputs.includes(name) ? [] : [`rule.ts: its weight "${name}" is none of the model's inputs`]),
      ...(Number.isFinite(weight) ? [] : [`rule.ts: its weight "${name}" is no finite number`]),
    ]),
  ]
}

/** The weight of every input, in the order of the model. */
export function weightsOf(rule: Rule, { inputs }: Pick<Model, 'inputs'>): number[] {
  return inputs.map(input => rule.weights[input] ?? 0)
}

/** The score of one vector. */
export function scoreByRule(
  intercept: number,
  weights: readonly number[],
  vector: readonly number[],
): number {
  const present = vector.map(value => (Number.isNaN(value) ? 0 : value))
  const z = weights.reduce((sum, weight, i) => sum + weight * present[i]!, intercept)
  return 1 / (1 + Math.exp(-z))
}

/** Throws CONFIG_INVALID with every fault. */
export function assertRule(rule: unknown, model: Model): asserts rule is Rule {
  const faults = ruleFaults(rule, model)
  if (faults.length > 0) throw new MillraceError('CONFIG_INVALID', faults.join('\n'), { details: { faults } })
}
