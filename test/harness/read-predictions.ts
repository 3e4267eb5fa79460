import { type Prediction, topics } from '@millrace/core'
import type { Deployment } from './deployment.ts'
import { readTopic } from './read-topic.ts'

/** Reads predictions until `count` ids have one. The first per id counts, as it does for every consumer. */
export async function readPredictions(
  deployment: Deployment,
  count: number,
): Promise<ReadonlyMap<string, Prediction>> {
  const predictions = new Map<string, Prediction>()
  let seen = 0
  await readTopic(deployment.kafka, topics.predictionsTopic(deployment.pipeline), messages => {
    for (; seen < messages.length; seen++) {
      const prediction: Prediction = JSON.parse(String(messages[seen]!.value))
      const id = String(prediction.id)
      if (!predictions.has(id)) predictions.set(id, prediction)
    }
    return predictions.size >= count
  })
  return predictions
}
