import {
  type EventType,
  type EventValues,
  idText,
  type Pipeline,
  partitionOf,
  ViewEngine,
  type ViewState,
} from '@millrace/core'
import { partitionsKey, type RedisClient, stateKey } from '@millrace/platform'

/** Writes the states that the builder stages would have after these events, of `partitions` partitions each. */
export async function writeStates(
  redis: RedisClient,
  pipeline: Pipeline,
  partitions: number,
  events: Iterable<readonly [EventType, EventValues]>,
): Promise<void> {
  const all = [...events]
  for (const view of pipeline.views) {
    const engine = new ViewEngine(view, pipeline.scored)
    const states = new Map<string, ViewState>()
    for (const [source, event] of all) {
      if (!view.sources.includes(source)) continue
      const entity = idText(event, view.entity)
      const state = states.get(entity) ?? engine.init()
      engine.add(state, source, event)
      states.set(entity, state)
    }
    await redis.hset(partitionsKey(pipeline.namespace), view.name, partitions)
    for (const [entity, state] of states) {
      const key = stateKey(pipeline.namespace, view.name, partitionOf(entity, partitions), entity)
      await redis.set(key, Buffer.from(engine.encode(state)))
    }
  }
}
