/** Arrows that start at points. @module */
import { type Camera, type Surface, toCanvas } from './camera.ts'
import { type LineStyle, stroke } from './contour.ts'

/** Draws arrows from `x y` by `dx dy`; the longest of them `longest` pixels, the others in proportion, none below a pixel. */
export function arrows(
  context: Surface,
  starts: ArrayLike<number>,
  ways: ArrayLike<number>,
  camera: Camera,
  { longest = 26, ...style }: LineStyle & { longest?: number },
): void {
  const lengths = Array.from({ length: starts.length / 2 }, (_, i) => Math.hypot(ways[2 * i]!, ways[2 * i + 1]!))
  const most = Math.max(...lengths, Number.MIN_VALUE)
  stroke(context, style, () => {
    for (const [i, length] of lengths.entries()) {
      const pixels = (length / most) * longest
      if (!(pixels >= 1)) continue
      const [x, y] = toCanvas(camera, starts[2 * i]!, starts[2 * i + 1]!)
      const [ux, uy] = [ways[2 * i]! / length, -ways[2 * i + 1]! / length]
      head(context, x, y, x + pixels * ux, y + pixels * uy)
    }
  })
}

/** An arrow between two points of the canvas. */
export function head(context: Surface, x: number, y: number, toX: number, toY: number): void {
  const length = Math.hypot(toX - x, toY - y)
  const barb = Math.min(5, 0.4 * length)
  const angle = Math.atan2(toY - y, toX - x)
  context.moveTo(x, y)
  context.lineTo(toX, toY)
  for (const turn of [2.6, -2.6]) {
    context.moveTo(toX, toY)
    context.lineTo(toX + barb * Math.cos(angle + turn), toY + barb * Math.sin(angle + turn))
  }
}
