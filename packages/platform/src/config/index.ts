export { type Environment, loadConfig } from './load-config.ts'
export { wholeNumber } from './plain-fields.ts'
