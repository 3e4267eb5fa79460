import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKey, hashSecret, readKey, writeCallers } from '@millrace/platform/http'
import { AUDIENCE, ISSUER, TestIssuer } from '../../packages/platform/test/http/auth/issuer.ts'
import type { BenchOptions } from '../options.ts'
import { report } from '../report.ts'
import { BenchServer } from '../server-process.ts'

/** How a server is guarded, and what its clients send. */
interface Guard {
  readonly env: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
}

const LIMITED = { RATE_LIMIT_PER_SECOND: '1000000' }
/** One row of fifteen features. */
const BODY = JSON.stringify({
  inputs: [{ name: 'features', shape: [1, 15], datatype: 'FP32', data: Array(15).fill(42.515625) }],
})

/** CPU of a request that is echoed: by a service that anybody may call, and by guarded ones. */
export async function benchEdge({ quick, cpuProfiles }: BenchOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'))
  try {
    const guards = await guardsOf(folder)
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      for (const [name, { env, headers }] of Object.entries(guards)) {
        const program = join(import.meta.dirname, 'server.ts')
        const profiles = cpuProfiles && join(cpuProfiles, `edge-${name}`)
        const server = await BenchServer.start({ program, env, headers, cpuProfiles: profiles })
        const cpu = await server.cpuOf('/echo', quick ? 10_000 : 40_000, () => BODY)
        report('edge', `${name}.cpu`, cpu, 'us/request')
        await server.stop()
      }
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function guardsOf(folder: string): Promise<Record<string, Guard>> {
  const [keys, jwks] = [join(folder, 'keys.json'), join(folder, 'jwks.json')]
  const key = createKey('bench')
  await writeCallers(keys, [{ id: 'bench', hash: hashSecret(readKey(key)!.secret), scopes: ['score'] }])
  const issuer = await TestIssuer.create()
  await writeFile(jwks, JSON.stringify(issuer.keys))
  const token = await issuer.sign(Date.now(), { exp: Math.floor(Date.now() / 1_000) + 3_600 })
  const byKey = { authorization: `Bearer ${key}` }
  const byToken = { authorization: `Bearer ${token}` }
  return {
    open: { env: {}, headers: byKey },
    key: { env: { API_KEYS_FILE: keys }, headers: byKey },
    key_and_rate: { env: { API_KEYS_FILE: keys, ...LIMITED }, headers: byKey },
    token_and_rate: {
      env: { JWT_JWKS: jwks, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE, ...LIMITED },
      headers: byToken,
    },
  }
}
