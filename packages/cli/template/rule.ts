import type { Rule } from '@millrace/cli'

/**
 * The first model, before there is anything to learn from: 1 / (1 + e^−z), z = intercept + Σ weight × input.
 * Nobody trained it. `millrace dev` writes it as a version of the model; replace it by a trained one.
 */
export const rule: Rule = {
  intercept: -8,
  weights: {
    vibration: 0.2,
    machine_mean_vibration_6h: 0.8,
    temperature_over_site: 0.1,
    machine_breakdown_share_7d: 0.5,
  },
}
