/** What worker and page agree on: sizes, and holes as texts. @module */

/** Pixels along each side of a picture. */
export const pixels = 32
/** Places along each side that the brush knows, 2 × 2 pixels each. */
export const cells = 16
/** Faces to ask about. */
export const gallery = 12
/** Answers to each question. */
export const few = 6
/** Steps of the tape from noise to answers, however often the network is asked. */
export const end = 125

/** 1 for each place that is missing, row by row. */
export type Hole = Uint8Array

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const perLetter = 6
/** Letters of a hole as text. */
export const holeLetters: number = Math.ceil(cells ** 2 / perLetter)

/** Six places a letter, in the letters of links. */
export function writeHole(hole: Hole): string {
  return Array.from({ length: holeLetters }, (_, i) => {
    const bits = Array.from({ length: perLetter }, (_, bit) => hole[i * perLetter + bit] ?? 0)
    return letters[bits.reduce((sum, value, bit) => sum + value * 2 ** bit, 0)]
  }).join('')
}

/** What {@link writeHole} wrote. */
export function readHole(text: string): Hole {
  return Uint8Array.from({ length: cells ** 2 }, (_, place) => {
    const index = Math.max(0, letters.indexOf(text[Math.floor(place / perLetter)] ?? ''))
    return (index >> (place % perLetter)) & 1
  })
}

/** A hole with the places around one taken, or given back. */
export function brushed(hole: Hole, [column, row]: readonly [number, number], { radius, takes }: Brush): Hole {
  return hole.map((missing, place) => {
    const near = Math.hypot((place % cells) - column, Math.floor(place / cells) - row) <= radius
    return near ? Number(takes) : missing
  })
}

/** How a brush paints. */
export interface Brush {
  /** In places. */
  readonly radius: number
  readonly takes: boolean
}

const where = (missing: (column: number, row: number) => boolean): Hole =>
  Uint8Array.from({ length: cells ** 2 }, (_, place) => Number(missing(place % cells, Math.floor(place / cells))))

/** Holes by name. */
export const holes: Readonly<Record<'mouth' | 'lower half' | 'right half' | 'everything', Hole>> = {
  mouth: where((x, y) => Math.hypot(x - 7.5, 1.1 * (y - 9.4)) < 3),
  'lower half': where((_, y) => y >= 8),
  'right half': where((x) => x >= 8),
  everything: where(() => true),
}
