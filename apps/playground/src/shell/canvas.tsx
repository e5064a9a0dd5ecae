/** A canvas that is painted when a frame has come. @module */

import type { CanvasHTMLAttributes, JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { type Palette, palettes } from '../look/roles.ts'
import { theme } from '../look/theme.ts'
import type { Camera, Surface } from '../marks/camera.ts'

/** Properties of {@link Canvas}. */
export interface CanvasProps {
  /** What it shows, in words: its name for who does not see it. */
  readonly label: string
  /** Height over width. @default 1 */
  readonly ratio?: number
  readonly class?: string
  /** Paints; called when anything that it read has changed. */
  readonly paint: (context: Surface, size: Pick<Camera, 'width' | 'height'>, palette: Palette) => void
  readonly on?: CanvasHTMLAttributes<HTMLCanvasElement>
}

/** A canvas as wide as its place, sharp on every screen. */
export function Canvas({ label, ratio = 1, paint, on = {}, ...rest }: CanvasProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null)
  const palette = palettes[theme.value]
  const draw = useRef(() => {})
  draw.current = () => {
    const node = canvas.current!
    const width = node.clientWidth
    const height = Math.round(width * ratio)
    const scale = Math.min(3, devicePixelRatio || 1)
    if (node.width !== Math.round(width * scale))
      Object.assign(node, { width: Math.round(width * scale), height: Math.round(height * scale) })
    const context = node.getContext('2d')!
    context.setTransform(scale, 0, 0, scale, 0, 0)
    context.clearRect(0, 0, width, height)
    paint(context, { width, height }, palette)
  }
  useLayoutEffect(() => draw.current())
  // Once for all frames: an observer calls as soon as it is made, and each frame would be painted twice.
  useLayoutEffect(() => {
    const watch = new ResizeObserver(() => draw.current())
    watch.observe(canvas.current!)
    return () => watch.disconnect()
  }, [])
  return <canvas ref={canvas} role="img" aria-label={label} style={{ aspectRatio: `1 / ${ratio}` }} {...rest} {...on} />
}
