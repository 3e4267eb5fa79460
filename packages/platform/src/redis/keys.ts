/** All keys of one stage partition share a hash tag, so that one script may touch them in a cluster. */
const tagOf = (namespace: string, stage: string, partition: number): string =>
  `{${namespace}:${stage}:${partition}}`

/** Hash with the checkpoint of a stage partition. */
export function checkpointKey(namespace: string, stage: string, partition: number): string {
  return `${tagOf(namespace, stage, partition)}:checkpoint`
}

/** The state of one entity (or id) in a stage partition. */
export function stateKey(namespace: string, stage: string, partition: number, key: string): string {
  return stateKeyPrefix(namespace, stage, partition) + key
}

/** What the keys of all states of a stage partition begin with. */
export function stateKeyPrefix(namespace: string, stage: string, partition: number): string {
  return `${tagOf(namespace, stage, partition)}:state:`
}

/** Hash with the digest of what the states of every feature view of a namespace were written under. */
export function definitionsKey(namespace: string): string {
  return `{${namespace}}:definitions`
}

/** Hash with the version of a pipeline that serves. */
export function servingKey(pipeline: string): string {
  return `{${pipeline}}:serving`
}

/** Hash with the partition count of every stage of a namespace. */
export function partitionsKey(namespace: string): string {
  return `{${namespace}}:partitions`
}
