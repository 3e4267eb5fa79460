import { z } from 'zod'

/** Bounds of a number, both inclusive. */
export interface Bounds {
  readonly min: number
  readonly max: number
}

/** A whole number within bounds, written in digits. */
export function wholeNumber({ min, max }: Bounds) {
  const message = `must be a whole number from ${min} to ${max}`
  return z
    .string()
    .regex(/^-?\d{1,15}$/, message)
    .transform(Number)
    .refine(value => value >= min && value <= max, message)
}

/** `true` or `false`. */
export function toggle() {
  return z.enum(['true', 'false'], 'must be true or false').transform(value => value === 'true')
}
