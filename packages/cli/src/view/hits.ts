/** How the decisions on labelled events turned out. */
export interface Hits {
  readonly caught: number
  readonly missed: number
  readonly falseAlarms: number
  readonly labelled: number
}

/** Joins decisions with the labels that come later, by the id of the event; either may be seen first. */
export class HitCounter {
  readonly #flagged = new Map<string, boolean>()
  readonly #labels = new Map<string, boolean>()
  #hits: Hits = { caught: 0, missed: 0, falseAlarms: 0, labelled: 0 }

  get hits(): Hits {
    return this.#hits
  }

  /** @param isFlagged whether the decision was another than the mildest */
  decided(id: string, isFlagged: boolean): void {
    const isPositive = this.#labels.get(id)
    if (isPositive === undefined) this.#flagged.set(id, isFlagged)
    else {
      this.#labels.delete(id)
      this.#count(isFlagged, isPositive)
    }
  }

  labelled(id: string, isPositive: boolean): void {
    const isFlagged = this.#flagged.get(id)
    if (isFlagged === undefined) this.#labels.set(id, isPositive)
    else {
      this.#flagged.delete(id)
      this.#count(isFlagged, isPositive)
    }
  }

  #count(isFlagged: boolean, isPositive: boolean): void {
    const { caught, missed, falseAlarms, labelled } = this.#hits
    this.#hits = {
      caught: caught + Number(isFlagged && isPositive),
      missed: missed + Number(!isFlagged && isPositive),
      falseAlarms: falseAlarms + Number(isFlagged && !isPositive),
      labelled: labelled + 1,
    }
  }
}
