import { join } from 'node:path'
import protobuf from 'protobufjs'

const PROTO = join(import.meta.dirname, '../../proto')

/** The .proto files as protobufjs reads them, with the names that they have there. */
export function loadProto(): protobuf.Root {
  const files = ['inference.proto', 'health.proto'].map(file => join(PROTO, file))
  return new protobuf.Root().loadSync(files, { keepCase: true })
}

/** A decoded message of protobufjs, or of ours, in one form: 64-bit numbers as text, bytes in hexadecimal. */
export function plainOf(type: protobuf.Type, message: object): Record<string, unknown> {
  const plain: Record<string, unknown> = {}
  for (const field of type.fieldsArray) {
    const value = (message as Record<string, unknown>)[field.resolve().name]
    if (field instanceof protobuf.MapField) {
      const entries = value instanceof Map ? [...value] : Object.entries(value ?? {})
      plain[field.name] = entries.map(([key, of]) => [key, plainValue(field, of)])
    } else if (field.repeated)
      plain[field.name] = Array.from((value ?? []) as unknown[], of => plainValue(field, of))
    else if (value !== undefined && value !== null) plain[field.name] = plainValue(field, value)
  }
  return plain
}

function plainValue({ resolvedType, type }: protobuf.Field, value: unknown): unknown {
  if (resolvedType instanceof protobuf.Type) return plainOf(resolvedType, value as object)
  if (type === 'bytes') return Buffer.from(value as Uint8Array).toString('hex')
  return type.endsWith('64') ? String(value) : value
}
