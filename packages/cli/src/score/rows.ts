/** Some rows of an input. */
export interface InputRows {
  readonly count: number
  /** Reads the cells of a column by their rows; undefined when the input has no such column. */
  column(name: string): ((row: number) => unknown) | undefined
  /** Whether numbers and flags come as texts, as in CSV. */
  readonly areTexts: boolean
}

/** A row that is not scored. */
export interface RejectedRow {
  /** Among the rows that it came with. */
  readonly row: number
  readonly reason: string
}
