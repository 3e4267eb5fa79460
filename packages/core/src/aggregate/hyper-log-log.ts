const INDEX_BITS = 11
const REGISTERS = 2 ** INDEX_BITS
/** Bits of a hash that are left to look for the first one in. */
const RANK_BITS = 52 - INDEX_BITS
const LAST_RANK = RANK_BITS + 1

/**
 * Counts distinct 52-bit hashes in 2,048 registers with a standard error of 1.04 / √2048 = 2.3 %. The estimate is
 * Ertl's ("New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6), which needs no
 * corrections by table.
 */
export class HyperLogLog {
  /** How many bytes the registers take. */
  static readonly BYTES = REGISTERS

  readonly registers: Uint8Array

  constructor(registers: Uint8Array = new Uint8Array(REGISTERS)) {
    this.registers = registers
  }

  add(hash: number): void {
    const index = hash % REGISTERS
    const rest = Math.floor(hash / REGISTERS)
    const rank = rest === 0 ? LAST_RANK : RANK_BITS - Math.floor(Math.log2(rest))
    if (rank > this.registers[index]!) this.registers[index] = rank
  }

  merge(other: HyperLogLog): void {
    for (let i = 0; i < REGISTERS; i++)
      if (other.registers[i]! > this.registers[i]!) this.registers[i] = other.registers[i]!
  }

  estimate(): number {
    const counts = new Array<number>(LAST_RANK + 1).fill(0)
    for (const rank of this.registers) counts[rank]!++
    let sum = REGISTERS * tau(1 - counts[LAST_RANK]! / REGISTERS)
    for (let rank = RANK_BITS; rank >= 1; rank--) sum = (sum + counts[rank]!) / 2
    sum += REGISTERS * sigma(counts[0]! / REGISTERS)
    return Math.round(REGISTERS ** 2 / (2 * Math.LN2) / sum)
  }
}

/** x + Σ x^(2^k) 2^(k − 1): what the empty registers tell. */
function sigma(x: number): number {
  if (x === 1) return Number.POSITIVE_INFINITY
  let power = x
  let weight = 1
  let sum = x
  for (let before = -1; before !== sum; weight *= 2) {
    before = sum
    power *= power
    sum += power * weight
  }
  return sum
}

/** ⅓ (1 − x − Σ (1 − x^(2^−k))² 2^−k): what the full registers tell. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0
  let root = x
  let weight = 1
  let sum = 1 - x
  for (let before = -1; before !== sum; ) {
    before = sum
    root = Math.sqrt(root)
    weight /= 2
    sum -= (1 - root) ** 2 * weight
  }
  return sum / 3
}
