import { filesAnswer, readAnswer } from './answers.ts'
import type { AnswerBody } from './bounded-body.ts'
import type { MlflowClient } from './mlflow-client.ts'

/** The files of one model version. */
export interface ArtifactSource {
  /** Opens a file by its path within the version; undefined when there is none. */
  open(path: string): Promise<AnswerBody | undefined>
}

const PROXIED = 'mlflow-artifacts:'

/**
 * Where the files of a version are read: from the store that the server lends, or, when they lie somewhere else, by
 * the server itself, which has the keys to that place.
 */
export async function artifactSource(
  client: MlflowClient,
  uri: string,
  { name, version }: { readonly name: string; readonly version: string },
): Promise<ArtifactSource> {
  if (!uri.startsWith(PROXIED)) return { open: path => client.openVersionFile(name, version, path) }
  const root = decodeURIComponent(new URL(uri).pathname).replace(/^\/+|\/+$/g, '')
  const present = await listed(client, root)
  return { open: async path => (present.has(path) ? client.openArtifact(`${root}/${path}`) : undefined) }
}

/** The paths of the files in a folder and in its direct subfolders. Asking a store for what is not there may fail. */
async function listed(client: MlflowClient, root: string): Promise<ReadonlySet<string>> {
  const entries = await list(client, root)
  const folders = entries.filter(entry => entry.is_dir).slice(0, MOST_FOLDERS)
  const below = await Promise.all(
    folders.map(async ({ path }) =>
      (await list(client, `${root}/${path}`)).map(entry => ({
        ...entry,
        path: `${path}/${entry.path.split('/').at(-1)}`,
      })),
    ),
  )
  return new Set([...entries, ...below.flat()].filter(entry => !entry.is_dir).map(entry => entry.path))
}

const MOST_FOLDERS = 20

async function list(client: MlflowClient, folder: string) {
  const answer = await client.listArtifacts(folder)
  return 'refused' in answer ? [] : readAnswer(filesAnswer, answer.json, client.url).files
}
