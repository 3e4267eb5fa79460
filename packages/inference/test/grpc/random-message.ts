import type { SeededRandom } from '@millrace/testkit'
import protobuf from 'protobufjs'

const TEXTS = ['', 'a', 'input', 'größer', '日本語', '\u{1F600}', '\0', 'x'.repeat(200)]
const WHOLE = [0, 1, -1, 127, 128, 2 ** 31 - 1, -(2 ** 31)]
const WHOLE_64 = ['0', '1', '-1', '-2147483648', '4294967296', '9007199254740991', '-9007199254740991']
const BIG_64 = ['9223372036854775807', '-9223372036854775808']
const REAL = [0, 1.5, -0.1, Number.NaN, Number.POSITIVE_INFINITY, Math.fround(3.4e38), 1e-45]

/** Fields that we read as doubles: what is beyond 2^53 in them is refused. */
const SAFE_FIELDS = [
  'shape',
  'dims',
  'versions',
  'count',
  'ns',
  'last_inference',
  'inference_count',
  'execution_count',
]

/** A message of a type with some of its fields, as protobufjs makes it. */
export function randomMessage(type: protobuf.Type, random: SeededRandom): protobuf.Message {
  const object: Record<string, unknown> = {}
  const taken = new Set<string>()
  for (const field of type.fieldsArray) {
    const choice = field.resolve().partOf?.name
    if (random.chance(0.3) || (choice !== undefined && taken.has(choice))) continue
    if (choice !== undefined) taken.add(choice)
    object[field.name] = randomField(field, random)
  }
  return type.fromObject(object)
}

function randomField(field: protobuf.Field, random: SeededRandom): unknown {
  const value = () => randomValue(field, random)
  if (field instanceof protobuf.MapField) {
    const keys = new Set(Array.from({ length: random.integer(1, 3) }, () => random.pick(TEXTS)))
    return Object.fromEntries([...keys].map(key => [key, value()]))
  }
  return field.repeated ? Array.from({ length: random.integer(1, 40) }, value) : value()
}

function randomValue(field: protobuf.Field, random: SeededRandom): unknown {
  if (field.resolvedType instanceof protobuf.Type) return randomMessage(field.resolvedType, random)
  if (field.resolvedType instanceof protobuf.Enum)
    return random.pick(Object.values(field.resolvedType.values))
  switch (field.type) {
    case 'string':
      return random.pick(TEXTS)
    case 'bytes':
      return Buffer.alloc(random.pick([0, 1, 60, 200, 20_000]), random.integer(0, 255))
    case 'bool':
      return random.chance(0.5)
    case 'float':
      return random.pick([...REAL, Math.fround(random.next())])
    case 'double':
      return random.pick([...REAL, random.next()])
    case 'int32':
      return random.pick(WHOLE)
    case 'uint32':
      return random.pick(WHOLE) >>> 0
    default:
      return randomWhole64(field, random)
  }
}

function randomWhole64({ name, type }: protobuf.Field, random: SeededRandom): string {
  const texts = SAFE_FIELDS.includes(name) ? WHOLE_64 : [...WHOLE_64, ...BIG_64]
  const text = random.pick(texts)
  return type === 'uint64' ? text.replace('-', '') : text
}
