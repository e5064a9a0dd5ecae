/** Points, each kind with a shape of its own, for colors are never alone. @module */
import { type Camera, type Surface, toCanvas } from './camera.ts'

/** Shape and color of points. */
export interface PointStyle {
  readonly color: string
  readonly shape: 'dot' | 'diamond' | 'ring' | 'square' | 'cross'
  /** Radius in pixels, on a canvas that is wide enough. */
  readonly size: number
  readonly alpha?: number
  /** A rim of this color keeps points apart from a field below. */
  readonly halo?: string
}

/** Width of a canvas, in pixels, from which on points have their full size: on a phone as many lie on less. */
const full = 320

/** Draws points `x₀ y₀ x₁ y₁ …`. */
export function points(context: Surface, values: ArrayLike<number>, camera: Camera, style: PointStyle): void {
  const { color, shape, alpha = 1, halo } = style
  const size = style.size * Math.min(1, Math.max(0.6, camera.width / full))
  context.save()
  context.globalAlpha = alpha
  context.beginPath()
  for (let i = 0; i + 1 < values.length; i += 2) {
    const [x, y] = toCanvas(camera, values[i]!, values[i + 1]!)
    if (x > -size && y > -size && x < camera.width + size && y < camera.height + size)
      outline(context, shape, x, y, size)
  }
  if (halo !== undefined && shape !== 'ring' && shape !== 'cross') {
    context.strokeStyle = halo
    context.lineWidth = 1.6
    context.stroke()
  }
  if (shape === 'ring' || shape === 'cross') {
    context.strokeStyle = color
    context.lineWidth = 1.5
    context.stroke()
  } else {
    context.fillStyle = color
    context.fill()
  }
  context.restore()
}

function outline(context: Surface, shape: PointStyle['shape'], x: number, y: number, size: number): void {
  if (shape === 'dot' || shape === 'ring') {
    context.moveTo(x + size, y)
    context.arc(x, y, size, 0, 2 * Math.PI)
  } else if (shape === 'square') {
    context.rect(x - size, y - size, 2 * size, 2 * size)
  } else if (shape === 'cross') {
    context.moveTo(x - size, y - size)
    context.lineTo(x + size, y + size)
    context.moveTo(x - size, y + size)
    context.lineTo(x + size, y - size)
  } else {
    const reach = 1.3 * size
    context.moveTo(x, y - reach)
    context.lineTo(x + reach, y)
    context.lineTo(x, y + reach)
    context.lineTo(x - reach, y)
    context.closePath()
  }
}
