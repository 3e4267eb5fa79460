import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { FolderRegistry } from './folder/folder-registry.ts'
import { AliasMemory } from './mlflow/alias-memory.ts'
import { MlflowClient } from './mlflow/mlflow-client.ts'
import { MlflowRegistry } from './mlflow/mlflow-registry.ts'
import { VersionCache } from './mlflow/version-cache.ts'
import type { ModelRegistry } from './model-registry.ts'
import { isMlflow, type RegistrySettings } from './registry-settings.ts'

/**
 * Opens the registry that the settings name: an MLflow server, a folder with a folder for each model, or, where they
 * name none, `modelFolder`, the folder of the one model.
 */
export function openRegistry(settings: RegistrySettings, modelFolder: string): ModelRegistry {
  const place = settings.MODEL_REGISTRY
  if (place === undefined) return new FolderRegistry({ folderOf: () => modelFolder })
  if (!isMlflow(place)) return new FolderRegistry({ folderOf: model => resolve(place, model) })
  const kept = settings.MODEL_CACHE ?? join(homedir(), '.cache', 'millrace', 'models')
  return new MlflowRegistry({
    client: mlflowClient(place, settings),
    cache: new VersionCache(kept),
    memory: new AliasMemory(kept),
  })
}

function mlflowClient(url: string, settings: RegistrySettings): MlflowClient {
  const { username, password } = new URL(url)
  const user = settings.MODEL_REGISTRY_USER ?? (decodeURIComponent(username) || undefined)
  const secret = settings.MODEL_REGISTRY_PASSWORD ?? (decodeURIComponent(password) || undefined)
  const token = settings.MODEL_REGISTRY_TOKEN
  return new MlflowClient({
    url,
    timeout: settings.MODEL_REGISTRY_TIMEOUT_MS,
    maxBytes: settings.MODEL_MAX_BYTES,
    ...(token !== undefined && { token }),
    ...(user !== undefined && { user }),
    ...(secret !== undefined && { password: secret }),
  })
}
