import { PURPOSE, Random } from './random.ts'
import { type Point, reachableFrom } from './reach.ts'

/** The plane on which customers and terminals live is a square with this side. */
const PLANE_SIDE = 100

export interface Customer {
  readonly id: number
  /** Mean of an amount in EUR; its standard deviation is half of it. */
  readonly meanAmount: number
  readonly transactionsPerDay: number
  /** Ids of the terminals nearer than the radius, ascending. */
  readonly terminals: readonly number[]
}

export interface PopulationOptions {
  readonly seed: number
  readonly customers: number
  readonly terminals: number
  readonly radius: number
}

/** Draws the profiles of all customers; customer and terminal i are the same in a population of any size. */
export function drawCustomers({ seed, customers, terminals, radius }: PopulationOptions): Customer[] {
  const places = Array.from({ length: terminals }, (_, id) =>
    drawPlace(new Random(seed, PURPOSE.terminalPlace, id)),
  )
  const near = reachableFrom(places, radius)
  return Array.from({ length: customers }, (_, id) => {
    const random = new Random(seed, PURPOSE.customerProfile, id)
    const place = drawPlace(random)
    const meanAmount = 5 + 95 * random.uniform()
    const transactionsPerDay = 4 * random.uniform()
    return { id, meanAmount, transactionsPerDay, terminals: near(place) }
  })
}

function drawPlace(random: Random): Point {
  return { x: PLANE_SIDE * random.uniform(), y: PLANE_SIDE * random.uniform() }
}
