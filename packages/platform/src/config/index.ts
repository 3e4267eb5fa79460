export { wholeNumber } from './fields.ts'
export { type Environment, loadConfig } from './load-config.ts'
