/** Means and deviations in the plane. @module */
import { type Camera, type Surface, toCanvas } from './camera.ts'
import { type LineStyle, stroke } from './contour.ts'

/** Draws an ellipse around each `x y` with half axes `dx dy`: one deviation. */
export function ellipses(
  context: Surface,
  centers: ArrayLike<number>,
  deviations: ArrayLike<number>,
  camera: Camera,
  style: LineStyle,
): void {
  const scale = camera.width / (camera.x[1] - camera.x[0])
  stroke(context, style, () => {
    for (let i = 0; i + 1 < centers.length; i += 2) {
      const [x, y] = toCanvas(camera, centers[i]!, centers[i + 1]!)
      const [rx, ry] = [deviations[i]! * scale, deviations[i + 1]! * scale]
      context.moveTo(x + rx, y)
      context.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI)
    }
  })
}
