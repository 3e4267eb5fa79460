import { createHash } from 'node:crypto'
import {
  hostedModels,
  ModelHost,
  openModel,
  registerInferenceRoutes,
  type VersionAtWork,
} from '@millrace/inference'
import { createRegistry, Health } from '@millrace/platform'
import { createHttpApp } from '@millrace/platform/http'
import { linearModel } from '../../packages/inference/test/onnx/onnx-bytes.ts'
import { FAULTY_FROM, type FromServer, type ToServer } from './messages.ts'

/**
 * A server of one model, whose version v answers v·a + 10·b for a row [a, b]: who answered is seen in the answer.
 * Versions from `FAULTY_FROM` on have no time to answer in, so that they fail on probation.
 */
const host = new ModelHost<VersionAtWork>({
  name: 'linear',
  async load(version) {
    const onnx = linearModel([Number(version), 10])
    const latencyBudget = Number(version) >= FAULTY_FROM ? 0 : 60_000
    const model = await openModel({ onnx }, { latencyBudget })
    const digest = createHash('sha256').update(onnx).digest('hex')
    return { identity: { name: 'linear', version, digest }, model, close: () => model.close() }
  },
  linger: 200,
  onEvent: event => tell({ event }),
})

function tell(message: FromServer): void {
  process.send!(message)
}

await host.apply(new Map([['champion', { version: '1' }]]))
const app = createHttpApp({ metrics: createRegistry({ service: 'test' }), health: new Health() })
registerInferenceRoutes(app, {
  models: hostedModels([host]),
  health: new Health(),
  server: { name: 'test', version: '1' },
})
await app.listen({ host: '127.0.0.1', port: 0 })

process.on('message', async (message: ToServer) => {
  switch (message.do) {
    case 'promote':
      await host.apply(new Map([['champion', { version: message.version }]]))
      return tell({ done: message.do })
    case 'memory':
      globalThis.gc?.()
      return tell({ rss: process.memoryUsage.rss() })
    case 'end':
      await app.close()
      await host.unload()
      return process.disconnect()
  }
})

const { port } = app.server.address() as { port: number }
tell({ port })
