import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SERVICE_LAUNCH } from '@millrace/platform/launch'
import { ROOT } from './docker.ts'

const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')

test('the image starts Node as every service is started', () => {
  const [, entrypoint] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)!
  const [, env] = /^ENV (.*)$/m.exec(dockerfile)!
  const variables = new Set(env!.split(' '))
  assert.deepEqual(JSON.parse(entrypoint!).slice(1, 1 + SERVICE_LAUNCH.flags.length), SERVICE_LAUNCH.flags)
  const { NODE_COMPILE_CACHE: _, ...wanted } = SERVICE_LAUNCH.env
  for (const [name, value] of Object.entries(wanted)) assert.ok(variables.has(`${name}=${value}`), name)
})

test('the libraries of every workspace are installed', () => {
  const { workspaces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const manifests = (workspaces as readonly string[]).flatMap(pattern => {
    const folder = pattern.replace('/*', '')
    return readdirSync(join(ROOT, folder)).map(name => `${folder}/${name}/package.json`)
  })
  const copied = [...dockerfile.matchAll(/^COPY (\S+\/package\.json) /gm)].map(([, path]) => path!)
  assert.deepEqual(copied.toSorted(), manifests.toSorted())
})
