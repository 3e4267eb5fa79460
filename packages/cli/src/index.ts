export type { Rule } from './rule/rule.ts'
export type { SimulatedEvent, SimulationRequest, Simulator } from './source/load-companion.ts'
