/**
 * Names the record that an output was made from, as its consumers see it: the stage partition that made it, the input
 * and the upstream partition (`via`) by which its record had come there, and that record's offset there. At any
 * consumer the offsets of one (partition, input, via) only rise, so that a lower one is a repeat. They are positions: in
 * a topic that was made anew, above those of all its records before (`positionOf`).
 */
export interface Parent {
  readonly partition: number
  readonly input: number
  readonly via: number
  readonly offset: number
}

/** Where an event entered: the coordinates of its record in the raw topic, its offset a position as that of a parent. */
export interface Origin {
  readonly partition: number
  readonly offset: number
}
