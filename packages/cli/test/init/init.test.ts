import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { adoptManifest } from '../../src/init/adopt-manifest.ts'
import { writeTemplate } from '../../src/init/write-template.ts'
import { temporaryFolder } from '../project.ts'

const FILES = [
  '.gitignore',
  'README.md',
  'pipeline.test.ts',
  'pipeline.ts',
  'rule.ts',
  'simulator.ts',
  'tsconfig.json',
]

test('the template is written into a folder, which may be missing', async t => {
  const folder = join(await temporaryFolder(t), 'new')
  assert.deepStrictEqual(await writeTemplate(folder), { written: FILES, kept: [] })
  assert.deepStrictEqual((await readdir(folder)).toSorted(), FILES)
})

test('files that any repository has are kept', async t => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'README.md'), 'mine')
  const { written, kept } = await writeTemplate(folder)
  assert.deepStrictEqual([written.includes('README.md'), kept], [false, ['README.md']])
  assert.equal(await readFile(join(folder, 'README.md'), 'utf8'), 'mine')
})

test('a file that would be overwritten is named, and nothing is written', async t => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'rule.ts'), 'mine')
  await mkdir(join(folder, 'pipeline.ts'))
  await assert.rejects(writeTemplate(folder), {
    code: 'CONFIG_INVALID',
    message: `${folder} holds pipeline.ts and rule.ts already, and nothing is overwritten: take an empty folder.`,
  })
  assert.deepStrictEqual((await readdir(folder)).toSorted(), ['pipeline.ts', 'rule.ts'])
})

test('a package.json becomes one of modules and keeps what it has', async t => {
  const folder = await temporaryFolder(t)
  const file = join(folder, 'package.json')
  await writeFile(file, '{"name":"mine","type":"commonjs","scripts":{"dev":"mine"}}')
  assert.equal(await adoptManifest(folder), true)
  assert.deepStrictEqual(JSON.parse(await readFile(file, 'utf8')), {
    name: 'mine',
    type: 'module',
    scripts: { dev: 'mine', test: 'node --test', validate: 'millrace validate' },
  })
  assert.equal(await adoptManifest(folder), false)
})

test('a missing package.json is written, and one that is no JSON is refused', async t => {
  const folder = await temporaryFolder(t)
  const file = join(folder, 'package.json')
  assert.equal(await adoptManifest(folder), true)
  assert.equal(JSON.parse(await readFile(file, 'utf8')).private, true)
  await writeFile(file, '{')
  await assert.rejects(adoptManifest(folder), { code: 'CONFIG_INVALID', message: `${file} is no JSON.` })
})
