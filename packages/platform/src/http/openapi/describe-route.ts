import type { z } from 'zod'
import type { Scope } from '../auth/scope.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the OpenAPI document says of the route. */
    description?: RouteDescription
  }
}

/** What a caller of a route must be allowed; `open` for probes. */
export type RouteScope = Scope | 'open'

/** A schema of JSON; named ones (`.meta({ id })`) are shared by all routes. Or a type of bytes and texts. */
export type Content = z.ZodType | { readonly type: string }

/** What a route is for, for people and for generators of clients. */
export interface RouteDescription {
  readonly scope: RouteScope
  /** The heading that the route stands under. */
  readonly tag: string
  /** One line. */
  readonly summary: string
  /** Meanings of the parameters in the path, in the query and in the headers, by name. */
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: readonly Content[]
  /** Whether the body may be left out. Default false. */
  readonly bodyIsOptional?: boolean
  /** By status: those that are no error, and errors that tell more than what is wrong. Without content: no body. */
  readonly answers: Readonly<Record<number, readonly Content[]>>
  /** What errors look like. Default `{"error": text}`. */
  readonly fault?: z.ZodType
}

/** Options of a route that say what it is for and who may call it: `app.get(path, described({ … }), handler)`. */
export function described(description: RouteDescription): {
  readonly config: { readonly scope: RouteScope; readonly description: RouteDescription }
} {
  return { config: { scope: description.scope, description } }
}
