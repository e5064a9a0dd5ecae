/** Drawings as short texts: corners of two bytes each, in the letters of links. @module */
import type { Strokes } from '@gen/data'

/** Corners of all strokes that a drawing has room for. */
export const mostCorners = 96

/** The square that is drawn on: both coordinates in [−reach, reach]. */
export const reach = 4

/** 63 places along each side, 0 for "a new stroke begins". */
const places = 62
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Two letters a corner, `A` between two strokes; corners beyond {@link mostCorners} are left out. */
export function writeDrawing(strokes: Strokes): string {
  let left = mostCorners
  const texts: string[] = []
  for (const stroke of strokes) {
    const corners = stroke.slice(0, left)
    left -= corners.length
    if (corners.length > 1) texts.push(corners.map(([x, y]) => letter(x) + letter(y)).join(''))
  }
  return texts.join('A')
}

/** What {@link writeDrawing} wrote, to the nearest place; what is no drawing gives none. */
export function readDrawing(text: string): Strokes {
  const strokes: [number, number][][] = [[]]
  for (let i = 0; i < text.length; ) {
    if (text[i] === 'A') {
      strokes.push([])
      i++
      continue
    }
    const [x, y] = [place(text[i]), place(text[i + 1])]
    if (x === undefined || y === undefined) break
    strokes.at(-1)!.push([x, y])
    i += 2
  }
  return strokes.filter((stroke) => stroke.length > 1)
}

function letter(value: number): string {
  const index = Math.round(((value + reach) / (2 * reach)) * places)
  return letters[1 + Math.min(places, Math.max(0, index))]!
}

function place(sign: string | undefined): number | undefined {
  const index = sign === undefined ? -1 : letters.indexOf(sign)
  return index < 1 ? undefined : ((index - 1) / places) * 2 * reach - reach
}
