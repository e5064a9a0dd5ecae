/** What worker and page agree on. @module */

/** Places along each side of the board. */
export const side = 6
/** Numbers of a question: where the walker is, one of so many by row and by column. */
export const told: number = 2 * side
/** Answers that are shown large. */
export const few = 6

/** How probable each move is, by name. */
export const games = {
  drift: { stay: 0.1, up: 0.1, down: 0.2, left: 0.2, right: 0.4 },
  sides: { stay: 0, up: 0, down: 0, left: 0.5, right: 0.5 },
  even: { stay: 0, up: 0.25, down: 0.25, left: 0.25, right: 0.25 },
} as const

/** Moves in the order of all arrays, in places down and to the right. */
export const moves = [
  { name: 'stay', down: 0, right: 0 },
  { name: 'up', down: -1, right: 0 },
  { name: 'down', down: 1, right: 0 },
  { name: 'left', down: 0, right: -1 },
  { name: 'right', down: 0, right: 1 },
] as const
