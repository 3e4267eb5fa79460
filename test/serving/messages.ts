import type { HostEvent } from '@millrace/inference'

/** Versions with this number or a higher one fail on probation. */
export const FAULTY_FROM = 1_000

/** What a test asks of the server process. */
export type ToServer =
  | { readonly do: 'promote'; readonly version: string }
  | { readonly do: 'memory' }
  | { readonly do: 'end' }

/** What the server process tells. */
export type FromServer =
  | { readonly port: number }
  | { readonly event: HostEvent }
  | { readonly done: string }
  | { readonly rss: number }
