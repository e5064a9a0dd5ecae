/** A grid of the latent space as the generator bends it. @module */
import { type Camera, type Surface, toCanvas } from './camera.ts'
import { stroke } from './contour.ts'

/** The most that a cell of average density is filled. */
const fullest = 0.5

/**
 * Draws a grid of `side`² points `x y`, row by row. All cells hold the same mass, so a cell's opacity is its density: full where
 * the map contracts, faint where it stretches.
 */
export function mesh(context: Surface, values: ArrayLike<number>, side: number, camera: Camera, color: string): void {
  const corner = (row: number, column: number) => {
    const i = 2 * (row * side + column)
    return toCanvas(camera, values[i]!, values[i + 1]!)
  }
  context.save()
  context.fillStyle = color
  const even = (camera.width * camera.height) / (6 * (side - 1)) ** 2
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const cell = [
        corner(row, column),
        corner(row, column + 1),
        corner(row + 1, column + 1),
        corner(row + 1, column),
      ] as const
      context.globalAlpha = fullest * Math.min(1, Math.sqrt(even / Math.max(1e-6, area(cell))))
      context.beginPath()
      for (const [x, y] of cell) context.lineTo(x, y)
      context.fill()
    }
  }
  context.restore()
  stroke(context, { color, width: 0.7, alpha: 0.45 }, () => {
    for (let line = 0; line < side; line++) {
      for (let i = 0; i < side; i++) context[i === 0 ? 'moveTo' : 'lineTo'](...corner(line, i))
      for (let i = 0; i < side; i++) context[i === 0 ? 'moveTo' : 'lineTo'](...corner(i, line))
    }
  })
}

/** The area of a polygon, by the trapezoids below its sides. */
export function area(corners: readonly (readonly [number, number])[]): number {
  let twice = 0
  for (const [i, [x, y]] of corners.entries()) {
    const [nextX, nextY] = corners[(i + 1) % corners.length]!
    twice += x * nextY - nextX * y
  }
  return Math.abs(twice) / 2
}
