import type { Datatype, TensorData } from './datatypes.ts'

/** Values of one datatype in a shape, row-major. */
export interface Tensor {
  readonly datatype: Datatype
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** What a model says of one of its inputs or outputs. */
export interface TensorSpec {
  readonly name: string
  readonly datatype: Datatype
  /** −1 where a dimension is free. */
  readonly shape: readonly number[]
}

/** The tensors that go in and come out of a model, in the order in which the model names them. */
export interface ModelSignature {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

/** How many values a shape holds; 1 for that of a scalar, which has no dimension. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1)
}

/** Whether a shape is one of those that a model takes. */
export function fitsShape(shape: readonly number[], spec: readonly number[]): boolean {
  return shape.length === spec.length && spec.every((size, i) => size < 0 || size === shape[i])
}

/** Whether two shapes differ at most in their rows. */
export function sameRowShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 1; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
