/** Registries of models, for who opens no model: what serves one is not loaded with them. */
export { modelFolder } from './model-folder.ts'
export type { ModelRegistry } from './model-registry.ts'
export { openRegistry } from './open-registry.ts'
export { readAnyVersion } from './read-version.ts'
export { registrySettings } from './registry-settings.ts'
