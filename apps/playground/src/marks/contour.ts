/** The line along which a function of the plane has one value. @module */
import { type Camera, type Surface, toCanvas } from './camera.ts'

/** How a line looks. */
export interface LineStyle {
  readonly color: string
  readonly width: number
  /** Lengths of dashes and gaps. @default none */
  readonly dash?: readonly number[]
  readonly alpha?: number
}

/** Pieces `x₀ y₀ x₁ y₁` of the line, in cells (0 to 1 on both axes), by marching squares over centers of cells. */
export function contourPieces(values: ArrayLike<number>, columns: number, level: number): number[] {
  const rows = values.length / columns
  const pieces: number[] = []
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const corners = [
        row * columns + column,
        row * columns + column + 1,
        (row + 1) * columns + column + 1,
        (row + 1) * columns + column,
      ]
      const heights = corners.map((i) => values[i]! - level)
      const crossings = crossingsOf(heights).map(([x, y]) => [(column + x + 0.5) / columns, (row + y + 0.5) / rows])
      for (let i = 0; i + 1 < crossings.length; i += 2) pieces.push(...crossings[i]!, ...crossings[i + 1]!)
    }
  }
  return pieces
}

/** Draws the line of one level. */
export function contour(
  context: Surface,
  values: ArrayLike<number>,
  columns: number,
  level: number,
  camera: Camera,
  style: LineStyle,
): void {
  const pieces = contourPieces(values, columns, level)
  stroke(context, style, () => {
    for (let i = 0; i < pieces.length; i += 4) {
      context.moveTo(pieces[i]! * camera.width, (1 - pieces[i + 1]!) * camera.height)
      context.lineTo(pieces[i + 2]! * camera.width, (1 - pieces[i + 3]!) * camera.height)
    }
  })
}

/** Draws the path through points `x₀ y₀ x₁ y₁ …`. */
export function path(context: Surface, values: ArrayLike<number>, camera: Camera, style: LineStyle): void {
  stroke(context, style, () => {
    for (let i = 0; i + 1 < values.length; i += 2) {
      const [x, y] = toCanvas(camera, values[i]!, values[i + 1]!)
      if (i === 0) context.moveTo(x, y)
      else context.lineTo(x, y)
    }
  })
}

/** Draws what `trace` traces. */
export function stroke(context: Surface, { color, width, dash = [], alpha = 1 }: LineStyle, trace: () => void): void {
  context.save()
  context.globalAlpha = alpha
  context.strokeStyle = color
  context.lineWidth = width
  context.lineJoin = 'round'
  // Dashes of next to no length are dots.
  if (dash[0] !== undefined && dash[0] < 1) context.lineCap = 'round'
  context.setLineDash([...dash])
  context.beginPath()
  trace()
  context.stroke()
  context.restore()
}

const sides = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 0],
] as const
const places = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as const

/** Where the sides of a cell are crossed, in its own coordinates. */
function crossingsOf(heights: readonly number[]): (readonly [number, number])[] {
  return sides.flatMap(([from, to]) => {
    const [a, b] = [heights[from]!, heights[to]!]
    if (a < 0 === b < 0) return []
    const share = a / (a - b)
    const [start, end] = [places[from], places[to]]
    return [[start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])] as const]
  })
}
