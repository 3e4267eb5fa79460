/**
 * What is kept of one entity: all numbers in one list, and what is no number in another. A state is looked at for one
 * event among those of thousands of other entities, so that each list of its own would be another wait for memory.
 */
export interface Memory {
  readonly numbers: number[]
  readonly objects: unknown[]
}
