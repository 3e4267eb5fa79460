import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { bytesOfSize, offsetInSlab, Slabs, sizeFor } from '../../../src/stage/states/slabs.ts'

interface Piece {
  readonly address: number
  readonly size: number
  /** What fills it. */
  readonly byte: number
}

function bytesOf(slabs: Slabs, { address, size }: Pick<Piece, 'address' | 'size'>): Uint8Array {
  const start = offsetInSlab(address)
  return slabs.slabOf(address).bytes.subarray(start, start + bytesOfSize(size))
}

test('a size is the smallest that holds so many bytes, and at most an eighth larger from 256 bytes on', () => {
  for (let bytes = 1; bytes < 3_000_000; bytes += bytes < 5_000 ? 1 : 977) {
    const size = sizeFor(bytes)
    const all = bytesOfSize(size)
    assert.ok(all >= bytes && (size === 0 || bytesOfSize(size - 1) < bytes), `${bytes} bytes in ${all}`)
    assert.ok(all <= Math.max(bytes + 15, 1.125 * bytes), `${bytes} bytes in ${all}`)
  }
  assert.ok(sizeFor(2 ** 32) < 256)
})

test('no piece lies in another, and what is given back is used again', () =>
  forEachSeed(30, random => {
    const slabs = new Slabs()
    const pieces: Piece[] = []
    let most = 0
    let taken = 0
    for (let step = 0; step < 600; step++) {
      if (pieces.length > 20 || (pieces.length > 0 && random.chance(0.3))) {
        const [piece] = pieces.splice(random.integer(0, pieces.length - 1), 1)
        assert.ok(bytesOf(slabs, piece!).every(byte => byte === piece!.byte))
        slabs.free(piece!.address, piece!.size)
        taken -= bytesOfSize(piece!.size)
      } else {
        const size = sizeFor(random.pick([20, 300, 5_000, 40_000]))
        const piece = { address: slabs.allocate(size), size, byte: step % 251 }
        bytesOf(slabs, piece).fill(piece.byte)
        pieces.push(piece)
        taken += bytesOfSize(size)
        most = Math.max(most, taken)
      }
    }
    // Pieces of each size that were in use at some time, and a slab that is not full.
    assert.ok(slabs.bytes <= 2 * most + 262_144, `${slabs.bytes} bytes for ${most}`)
  }))

test('a piece that is copied holds what it held', () => {
  const [from, to] = [new Slabs(), new Slabs()]
  for (const size of [sizeFor(100), sizeFor(100_000)]) {
    const address = from.allocate(size)
    bytesOf(from, { address, size }).fill(7)
    const copied = to.copy(from, address, size)
    assert.deepStrictEqual(bytesOf(to, { address: copied, size }), bytesOf(from, { address, size }))
  }
})
