const MULTIPLIER = 0x5bd1e995
const encoder = new TextEncoder()

/** MurmurHash2 with the seed of Kafka's Java client, as an unsigned 32-bit number. */
export function murmur2(bytes: Uint8Array, seed = 0x9747b28c): number {
  const { length } = bytes
  let hash = seed ^ length
  const whole = length & ~3
  for (let i = 0; i < whole; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    let k = Math.imul(word, MULTIPLIER)
    k ^= k >>> 24
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(k, MULTIPLIER)
  }
  for (let i = length - 1; i >= whole; i--) hash ^= bytes[i]! << (8 * (i - whole))
  if (whole < length) hash = Math.imul(hash, MULTIPLIER)
  hash ^= hash >>> 13
  hash = Math.imul(hash, MULTIPLIER)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** The 32-bit murmur2 hash of a text's UTF-8 bytes. */
export function hashText(text: string): number {
  return murmur2(encoder.encode(text))
}

/** The partition that Kafka's Java client gives a key: murmur2, without its sign, modulo the count. */
export function partitionOf(key: string | Uint8Array, partitions: number): number {
  const bytes = typeof key === 'string' ? encoder.encode(key) : key
  return (murmur2(bytes) & 0x7fffffff) % partitions
}
