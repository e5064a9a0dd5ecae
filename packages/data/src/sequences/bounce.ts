/** Something that flies straight on, and turns at walls. @module */
import { type Chain, type Outcome, type Step, stepFrom } from './chain.ts'

/** Up, right, down, left: one further is a turn to the right. */
const headings: readonly Step[] = [
  { down: -1, right: 0 },
  { down: 0, right: 1 },
  { down: 1, right: 0 },
  { down: 0, right: -1 },
]

interface Flight {
  readonly place: number
  readonly heading: number
}

/**
 * Flies on by a place in its heading; where a wall is ahead it turns left with probability `left`, else right, and flies on
 * along the wall; in a corner it turns to where it can. A state is a place with a heading, known by the place before and the
 * place now.
 */
export function bounce(cells: number, left: number): Chain {
  const flights: Flight[] = []
  const numbers = new Map<number, number>()
  for (let place = 0; place < cells * cells; place++) {
    for (let heading = 0; heading < 4; heading++) {
      if (ahead(place, heading + 2, cells) === undefined) continue
      numbers.set(4 * place + heading, flights.length)
      flights.push({ place, heading })
    }
  }
  const outcome = ({ place, heading }: Flight, probability: number): Outcome => ({
    state: numbers.get(4 * place + heading)!,
    frame: place,
    probability,
  })
  return {
    states: flights.length,
    past: (state) => {
      const { place, heading } = flights[state]!
      return [ahead(place, heading + 2, cells)!, place]
    },
    next: (state) => {
      const { place, heading } = flights[state]!
      const straight = ahead(place, heading, cells)
      if (straight !== undefined) return [outcome({ place: straight, heading }, 1)]
      const turns = [
        { heading: (heading + 3) % 4, odds: left },
        { heading: (heading + 1) % 4, odds: 1 - left },
      ].flatMap((turn) => {
        const to = ahead(place, turn.heading, cells)
        return to === undefined ? [] : [{ ...turn, place: to }]
      })
      const open = turns.length === 1 ? turns.map((turn) => ({ ...turn, odds: 1 })) : turns
      return open.flatMap((turn) => (turn.odds > 0 ? [outcome(turn, turn.odds)] : []))
    },
  }
}

function ahead(place: number, heading: number, cells: number): number | undefined {
  return stepFrom(place, headings[heading % 4]!, cells)
}
