import { compileVector, type Pipeline } from '@millrace/core'
import type { InputEvent } from '../source/input-event.ts'
import { FeatureReplay } from '../vectors/feature-replay.ts'

export interface SimulatedVector {
  readonly eventTime: number
  /** In the order of the model's inputs. */
  readonly vector: readonly number[]
}

/** The vectors of the scored events of an input, computed by the engine of the stream, in the order of the input. */
export function* simulatedVectors(
  pipeline: Pipeline,
  events: Iterable<InputEvent>,
): Generator<SimulatedVector, void, undefined> {
  const replay = new FeatureReplay(pipeline)
  const assemble = compileVector(pipeline)
  for (const given of events) {
    const replayed = replay.take(given)
    if (replayed?.type !== pipeline.scored) continue
    const { event, features } = replayed
    yield { eventTime: event[pipeline.scored.eventTime] as number, vector: assemble(event, features) }
  }
}
