/** The plane of the GAN: D's belief below, data and samples on it. @module */
import type { JSX } from 'preact'
import type { Palette } from '../../look/roles.ts'
import { arrows } from '../../marks/arrows.ts'
import { type Camera, type Surface, squareCamera } from '../../marks/camera.ts'
import { contour } from '../../marks/contour.ts'
import { field } from '../../marks/field.ts'
import { mesh } from '../../marks/mesh.ts'
import { points } from '../../marks/points.ts'
import { Canvas } from '../../shell/canvas.tsx'
import type { Player } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'

/** Half the side of the square; lines of the grid. As in the worker. */
const bound = 4
const meshSide = 19

/** The picture of the page. */
export function Picture({ player }: { readonly player: Player }): JSX.Element {
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  const { layers } = player
  const label = frame ? player.page.describe(frame) : 'The first picture is on its way.'
  return (
    <Canvas
      class="plane"
      label={player.status.value === 'playing' ? `${player.page.title}, training` : label}
      paint={(context, { width }, palette) =>
        frame && paint(context, frame, squareCamera(width, bound), palette, layers.value)
      }
    />
  )
}

function paint(
  context: Surface,
  { arrays, numbers }: Frame,
  camera: Camera,
  palette: Palette,
  layers: readonly string[],
): void {
  const shows = (name: string) => (layers.includes(name) ? arrays[name] : undefined)
  const belief = shows('field')
  if (belief) {
    const columns = Math.sqrt(belief.length)
    field(context, belief, columns, camera, { paper: palette.paper, low: palette.model, high: palette.data })
    contour(context, belief, columns, 0.5, camera, { color: palette.discriminator, width: 1.6, dash: [6, 4] })
  }
  const density = shows('density')
  for (const level of density ? [0.05, 0.3, 0.7] : []) {
    contour(context, density!, Math.sqrt(density!.length), level, camera, {
      color: palette.data,
      width: 1.3,
      dash: [1, 3],
    })
  }
  const grid = shows('mesh')
  if (grid) mesh(context, grid, meshSide, camera, palette.model)
  const halo = belief ? palette.paper : undefined
  const data = shows('data')
  const style = { ...(halo !== undefined && { halo }), alpha: 0.8 }
  if (data) points(context, data, camera, { color: palette.data, shape: 'dot', size: 2.2, ...style })
  const samples = shows('samples')
  if (samples) points(context, samples, camera, { color: palette.model, shape: 'diamond', size: 2.4, ...style })
  if (data) points(context, lostModes(arrays.modes, numbers), camera, { color: palette.error, shape: 'cross', size: 9 })
  const pulls = shows('arrows')
  if (pulls && arrays.samples)
    arrows(context, arrays.samples.slice(0, pulls.length), pulls, camera, { color: palette.discriminator, width: 1.4 })
}

/** Centers of modes that no sample reaches. */
function lostModes(modes: Float32Array | undefined, numbers: Frame['numbers']): number[] {
  const centers = Array.from(modes ?? [])
  return centers.filter((_, i) => numbers[`mode${i >> 1}`] === 0)
}
