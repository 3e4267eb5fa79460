import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { healthCheckRequest, healthCheckResponse } from '../../src/grpc/messages/health.ts'
import {
  modelInferRequest,
  modelInferResponse,
  modelStreamInferResponse,
} from '../../src/grpc/messages/infer.ts'
import { modelConfigResponse } from '../../src/grpc/messages/model-config.ts'
import {
  repositoryIndexRequest,
  repositoryIndexResponse,
  repositoryModelRequest,
} from '../../src/grpc/messages/repository.ts'
import {
  modelMetadataResponse,
  modelReadyResponse,
  modelRequest,
  serverLiveResponse,
  serverMetadataResponse,
  serverReadyResponse,
} from '../../src/grpc/messages/server.ts'
import { modelStatisticsResponse } from '../../src/grpc/messages/statistics.ts'
import type { Message } from '../../src/grpc/proto/message.ts'
import { loadProto, plainOf } from './proto-files.ts'
import { randomMessage } from './random-message.ts'

const OURS: Readonly<Record<string, Message<object, object>>> = {
  'inference.ModelInferRequest': modelInferRequest,
  'inference.ModelInferResponse': modelInferResponse,
  'inference.ModelStreamInferResponse': modelStreamInferResponse,
  'inference.ServerLiveResponse': serverLiveResponse,
  'inference.ServerReadyResponse': serverReadyResponse,
  'inference.ModelReadyRequest': modelRequest,
  'inference.ModelReadyResponse': modelReadyResponse,
  'inference.ServerMetadataResponse': serverMetadataResponse,
  'inference.ModelMetadataRequest': modelRequest,
  'inference.ModelMetadataResponse': modelMetadataResponse,
  'inference.ModelConfigRequest': modelRequest,
  'inference.ModelConfigResponse': modelConfigResponse,
  'inference.ModelStatisticsRequest': modelRequest,
  'inference.ModelStatisticsResponse': modelStatisticsResponse,
  'inference.RepositoryIndexRequest': repositoryIndexRequest,
  'inference.RepositoryIndexResponse': repositoryIndexResponse,
  'inference.RepositoryModelLoadRequest': repositoryModelRequest,
  'inference.RepositoryModelUnloadRequest': repositoryModelRequest,
  'grpc.health.v1.HealthCheckRequest': healthCheckRequest,
  'grpc.health.v1.HealthCheckResponse': healthCheckResponse,
}
const PROTO = loadProto()

test('random messages that protobufjs writes are read, and what we write it reads, for every type', () =>
  forEachSeed(20, random => {
    for (const [name, ours] of Object.entries(OURS)) {
      const type = PROTO.lookupType(name)
      const message = randomMessage(type, random)
      const read = ours.decode(Buffer.from(type.encode(message).finish()))
      const back = type.decode(ours.encode(read))
      const whole = type.toObject(type.decode(type.encode(message).finish()), {
        defaults: true,
        enums: String,
      })
      assert.deepStrictEqual(plainOf(type, read), withoutNothing(plainOf(type, whole), read), name)
      assert.deepStrictEqual(
        plainOf(type, back),
        plainOf(type, type.decode(type.encode(message).finish())),
        name,
      )
    }
  }))

test('a list of numbers with a tag each is read as well, and unknown fields are passed over', () => {
  const unpacked = Buffer.from('18011802', 'hex')
  const unknown = Buffer.from('f80101f9010000000000000000fa0101aafd0100000000', 'hex')
  const tensor = Buffer.concat([unpacked, unknown])
  const request = Buffer.concat([Buffer.from([0x2a, tensor.length]), tensor, unknown])
  assert.deepStrictEqual(modelInferRequest.decode(request).inputs[0]?.shape, [1, 2])
})

test('a number beyond 2^53 in a shape is refused', () => {
  const shape = Buffer.from('2a0a1a08ffffffffffffff7f', 'hex')
  assert.throws(() => modelInferRequest.decode(shape), { code: 'REQUEST_INVALID' })
})

test('bytes that are no message are refused, and nothing else happens', () =>
  forEachSeed(40, random => {
    for (const [name, ours] of Object.entries(OURS)) {
      const type = PROTO.lookupType(name)
      const bytes = damaged(Buffer.from(type.encode(randomMessage(type, random)).finish()), random)
      try {
        ours.decode(bytes)
      } catch (error) {
        assert.ok(error instanceof MillraceError, String(error))
        assert.equal(error.code, 'REQUEST_INVALID')
      }
    }
  }))

/** What protobufjs has as a default and we as undefined: messages that are absent, and the choices of a oneof. */
function withoutNothing(plain: Record<string, unknown>, read: object): Record<string, unknown> {
  const kept = Object.entries(plain).filter(([name]) => (read as Record<string, unknown>)[name] !== undefined)
  return Object.fromEntries(kept)
}

function damaged(bytes: Buffer, random: SeededRandom): Buffer {
  const changed = Buffer.from(bytes)
  for (let i = random.integer(0, 5); i > 0 && changed.length > 0; i--) {
    changed[random.integer(0, changed.length - 1)] = random.integer(0, 255)
  }
  return random.chance(0.5) ? changed.subarray(0, random.integer(0, changed.length)) : changed
}
