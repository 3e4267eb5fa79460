import { bool, repeatedSafeInt64, repeatedText, text } from '../proto/field.ts'
import { message, repeatedMessage } from '../proto/message.ts'

/** The messages that ask what a server is and how it does, as proto/inference.proto has them. */

export const empty = message({})

export const serverLiveResponse = message({ live: bool(1) })
export const serverReadyResponse = message({ ready: bool(1) })
export const modelReadyResponse = message({ ready: bool(1) })

/** A version of a model; the requests for whether it is ready, its metadata, configuration and statistics are alike. */
export const modelRequest = message({ name: text(1), version: text(2) })

export const serverMetadataResponse = message({
  name: text(1),
  version: text(2),
  extensions: repeatedText(3),
})

const tensorMetadata = message({ name: text(1), datatype: text(2), shape: repeatedSafeInt64(3) })

export const modelMetadataResponse = message({
  name: text(1),
  versions: repeatedText(2),
  platform: text(3),
  inputs: repeatedMessage(4, tensorMetadata),
  outputs: repeatedMessage(5, tensorMetadata),
})
