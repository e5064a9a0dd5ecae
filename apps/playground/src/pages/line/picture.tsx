/** Figure 1: densities and D above, the map of even z below. @module */
import type { JSX } from 'preact'
import type { Palette } from '../../look/roles.ts'
import { head } from '../../marks/arrows.ts'
import { type Camera, type Surface, toCanvas } from '../../marks/camera.ts'
import { path, stroke } from '../../marks/contour.ts'
import { Canvas } from '../../shell/canvas.tsx'
import type { Player } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'

const x = [-4, 4] as const
/** Shares of the height: curves, then arrows between the line of x and the line of z. */
const [base, ground] = [0.66, 0.94]
/** A density below which nothing is to be seen of it. */
const least = 1e-3

/** The picture of the page. */
export function Picture({ player }: { readonly player: Player }): JSX.Element {
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  const { layers } = player
  return (
    <Canvas
      class="plane"
      ratio={0.86}
      label={frame && player.status.value !== 'playing' ? player.page.describe(frame) : player.page.title}
      paint={(context, size, palette) => frame && paint(context, frame, size, palette, layers.value)}
    />
  )
}

function paint(
  context: Surface,
  frame: Frame,
  { width, height }: Pick<Camera, 'width' | 'height'>,
  palette: Palette,
  layers: readonly string[],
): void {
  const { arrays } = frame
  const shows = (name: string) => (layers.includes(name) ? arrays[name] : undefined)
  const curves = { width, height: base * height, x }
  const top = Math.max(
    1,
    1.12 * Math.max(...(arrays.data ?? [])),
    Math.min(2.2, 1.06 * Math.max(...(arrays.generated ?? []))),
  )
  const densities: Camera = { ...curves, y: [0, top] }
  const beliefs: Camera = { ...curves, y: [0, 1.04] }
  const along = (values: Float32Array) => Array.from(values).flatMap((value, i) => [arrays.x![i]!, value])
  half(context, beliefs, palette)
  const [generated, data, optimum, belief] = [shows('generated'), shows('data'), shows('optimum'), shows('belief')]
  if (generated) {
    fill(context, along(generated), densities, palette.model)
    path(context, along(generated), densities, { color: palette.model, width: 2.4 })
  }
  if (data) path(context, along(data), densities, { color: palette.data, width: 3, dash: [0.1, 5.5] })
  for (const piece of optimum ? known(optimum, arrays) : [])
    path(context, piece, beliefs, { color: palette.discriminator, width: 1.2 })
  if (belief) path(context, along(belief), beliefs, { color: palette.discriminator, width: 2.4, dash: [8, 5] })
  lines(context, { width, height }, palette)
  if (layers.includes('map') && arrays.map && arrays.z) map(context, arrays.z, arrays.map, { width, height }, palette)
}

/** D* in pieces: where there are neither data nor samples, no answer is best. */
function known(optimum: Float32Array, { x: at, data, generated }: Frame['arrays']): number[][] {
  const pieces: number[][] = [[]]
  for (const [i, value] of optimum.entries()) {
    if (data![i]! + generated![i]! > least) pieces.at(-1)!.push(at![i]!, value)
    else if (pieces.at(-1)!.length > 0) pieces.push([])
  }
  return pieces.filter((piece) => piece.length > 2)
}

/** The line at D = ½. */
function half(context: Surface, camera: Camera, palette: Palette): void {
  path(context, [-4, 0.5, 4, 0.5], camera, { color: palette.rule, width: 1 })
  label(context, 'D = ½', 8, toCanvas(camera, 0, 0.5)[1] - 5, palette)
}

function fill(context: Surface, values: readonly number[], camera: Camera, color: string): void {
  context.save()
  context.globalAlpha = 0.12
  context.fillStyle = color
  context.beginPath()
  context.moveTo(...toCanvas(camera, values[0]!, 0))
  for (let i = 0; i < values.length; i += 2) context.lineTo(...toCanvas(camera, values[i]!, values[i + 1]!))
  context.lineTo(...toCanvas(camera, values.at(-2)!, 0))
  context.fill()
  context.restore()
}

function lines(context: Surface, { width, height }: Pick<Camera, 'width' | 'height'>, palette: Palette): void {
  stroke(context, { color: palette.ink, width: 1.2 }, () => {
    for (const share of [base, ground]) {
      context.moveTo(0, share * height)
      context.lineTo(width, share * height)
    }
  })
  label(context, 'x', width - 16, base * height - 6, palette)
  label(context, 'z, even in [−1, 1]', 8, ground * height + 16, palette)
}

/** Arrows from even places of z up to where G puts them. */
function map(
  context: Surface,
  z: Float32Array,
  to: Float32Array,
  { width, height }: Pick<Camera, 'width' | 'height'>,
  palette: Palette,
): void {
  stroke(context, { color: palette.latent, width: 1.1, alpha: 0.75 }, () => {
    for (const [i, at] of z.entries()) {
      const from = ((0.62 * at + 1) / 2) * width
      head(context, from, ground * height, ((to[i]! - x[0]) / (x[1] - x[0])) * width, base * height + 2)
    }
  })
}

function label(context: Surface, text: string, at: number, y: number, palette: Palette): void {
  context.fillStyle = palette.muted
  context.font = '13px system-ui, sans-serif'
  context.fillText(text, at, y)
}
