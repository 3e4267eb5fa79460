import type { TestContext } from 'node:test'
import { Health } from '@millrace/platform'
import { type GrpcOptions, startGrpc } from '../../src/grpc/start-grpc.ts'
import { singleModel } from '../../src/served/single-model.ts'
import { type FakeModel, fakeModel } from '../rest/fake-model.ts'
import { GrpcClient } from './grpc-client.ts'

export const SERVER = { name: 'millrace', version: '1.2.3' }

/** A server of the fake model, and a client of it. */
export async function serve(
  t: TestContext,
  options: Partial<GrpcOptions> = {},
  model: FakeModel = fakeModel(),
) {
  const health = new Health()
  const models = singleModel(model)
  const limits = { grace: 200, ...options.limits }
  const server = await startGrpc({
    models,
    health,
    server: SERVER,
    host: '127.0.0.1',
    port: 0,
    ...options,
    limits,
  })
  const client = new GrpcClient(server.port)
  t.after(async () => {
    client.close()
    await server.close()
  })
  return { server, client, health, model, models }
}

/** Two rows of the fake model's input as raw bytes. */
export const RAW_REQUEST = {
  model_name: 'fraud',
  inputs: [{ name: 'features', datatype: 'FP32', shape: [2, 3] }],
  raw_input_contents: [bytesOf(1, 2, 3, 0, 0, 0)],
}

/** The same rows as contents. */
export const CONTENTS_REQUEST = {
  model_name: 'fraud',
  inputs: [
    { name: 'features', datatype: 'FP32', shape: [2, 3], contents: { fp32_contents: [1, 2, 3, 0, 0, 0] } },
  ],
}

export function bytesOf(...values: number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer)
}
