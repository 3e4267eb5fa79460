import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { readZipEntry } from '../../src/local-stack/zip-entry.ts'
import { temporaryFolder } from './helpers.ts'

/** An archive as zip tools write it, without the checksums, which a reader by name does not look at. */
function zipOf(entries: readonly { name: string; content: string; method: 0 | 8 }[]): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content, method } of entries) {
    const data = method === 8 ? deflateRawSync(content) : Buffer.from(content)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(name.length, 26)
    local.writeUInt16LE(3, 28)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(method, 10)
    central.writeUInt32LE(data.length, 20)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt32LE(offset, 42)
    files.push(local, Buffer.from(name), Buffer.from('xtr'), data)
    directory.push(central, Buffer.from(name))
    offset += local.length + name.length + 3 + data.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...files, ...directory, end])
}

test('stored and deflated entries are read by name', async t => {
  const archive = join(await temporaryFolder(t), 'a.jar')
  await writeFile(
    archive,
    zipOf([
      { name: 'stored', content: 'as it is', method: 0 },
      { name: 'folder/deflated', content: 'again '.repeat(50), method: 8 },
    ]),
  )
  assert.equal(String(await readZipEntry(archive, 'stored')), 'as it is')
  assert.equal(String(await readZipEntry(archive, 'folder/deflated')), 'again '.repeat(50))
  assert.equal(await readZipEntry(archive, 'deflated'), undefined)
})

test('a file that is no archive is refused', async t => {
  const file = join(await temporaryFolder(t), 'a.jar')
  await writeFile(file, 'an error page of some proxy')
  await assert.rejects(readZipEntry(file, 'any'), { message: `${file} is no zip archive` })
})
