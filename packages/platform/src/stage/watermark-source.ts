/** Partitions of one stage whose watermarks count. */
export interface WatermarkSource {
  readonly stage: string
  readonly partitions: number
}
