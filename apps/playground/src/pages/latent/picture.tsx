/** Latent variables: bumps and their mean on the left, its error on the right. @module */
import type { JSX } from 'preact'
import type { Palette } from '../../look/roles.ts'
import { type Camera, type Surface, toCanvas } from '../../marks/camera.ts'
import { path, stroke } from '../../marks/contour.ts'
import { points } from '../../marks/points.ts'
import { Canvas } from '../../shell/canvas.tsx'
import type { Player } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { paintErrors } from './errors.ts'

const x = [-5, 5] as const
/** Shares of the height: curves above, then z. */
const [base, ground] = [0.7, 0.93]
type Size = Pick<Camera, 'width' | 'height'>

/** The picture of the page. */
export function Picture({ player }: { readonly player: Player }): JSX.Element {
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  const words = frame && player.status.value !== 'playing' ? player.page.describe(frame) : player.page.title
  const ask = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    player.set({ at: Number((x[0] + ((event.clientX - box.left) / box.width) * (x[1] - x[0])).toFixed(2)) })
  }
  return (
    <div class="pair">
      <figure>
        <Canvas
          class="plane"
          label={words}
          paint={(context, size, palette) => frame && paint(context, frame, size, palette, player.layers.value)}
          on={{ onPointerDown: ask }}
        />
        <figcaption>
          each <span class="role-latent">z</span> throws a bump onto x; their mean is{' '}
          <span class="role-model">P(x)</span>
        </figcaption>
      </figure>
      <figure>
        <Canvas
          class="plane"
          label={`${words} The error against the number of draws.`}
          paint={(context, size, palette) => frame && paintErrors(context, player, frame, size, palette)}
        />
        <figcaption>
          the <span class="role-error">error at x</span> and, bold, its standard error, against the number of draws;
          both logarithmic
        </figcaption>
      </figure>
    </div>
  )
}

function paint(
  context: Surface,
  { arrays, numbers }: Frame,
  { width, height }: Size,
  palette: Palette,
  layers: readonly string[],
): void {
  const { truth, mean, error, middles, z, matter } = arrays
  if (!truth || !mean || !error || !middles || !z || !matter) return
  const camera: Camera = { width, height: base * height, x, y: [0, 1.25 * Math.max(...truth)] }
  const along = (values: ArrayLike<number>) => Array.from(values).flatMap((value, i) => [arrays.x![i]!, value])
  if (layers.includes('bumps')) bumps(context, middles, numbers.deviation!, camera, palette)
  if (layers.includes('error')) band(context, mean, error, arrays.x!, camera, palette)
  if (layers.includes('mean')) path(context, along(mean), camera, { color: palette.model, width: 2.4 })
  if (layers.includes('truth')) path(context, along(truth), camera, { color: palette.data, width: 3, dash: [0.1, 5.5] })
  const [asked] = toCanvas(camera, numbers.at!, 0)
  stroke(context, { color: palette.ink, width: 1 }, () => {
    context.moveTo(asked, 0)
    context.lineTo(asked, base * height)
    for (const share of [base, ground]) {
      context.moveTo(0, share * height)
      context.lineTo(width, share * height)
    }
  })
  if (layers.includes('draws')) draws(context, { z, middles, matter }, { width, height }, palette)
  label(context, 'x', [width - 16, base * height - 7], palette)
  label(context, 'z', [width - 16, ground * height - 7], palette)
}

/** P(x | z) of the last draws, all small, for there are many. */
function bumps(context: Surface, middles: Float32Array, deviation: number, camera: Camera, palette: Palette): void {
  const shape = Array.from({ length: 25 }, (_, i) => (i - 12) / 4)
  for (const middle of middles.slice(-40)) {
    const curve = shape.flatMap((t) => [middle + t * deviation, 0.16 * camera.y[1] * Math.exp(-0.5 * t * t)])
    path(context, curve, camera, { color: palette.model, width: 1, alpha: 0.4 })
  }
}

/** Two standard errors to either side. */
function band(
  context: Surface,
  mean: Float32Array,
  error: Float32Array,
  at: Float32Array,
  camera: Camera,
  palette: Palette,
): void {
  context.save()
  context.globalAlpha = 0.25
  context.fillStyle = palette.error
  context.beginPath()
  for (let i = 0; i < mean.length; i++) context.lineTo(...toCanvas(camera, at[i]!, mean[i]! + 2 * error[i]!))
  for (let i = mean.length - 1; i >= 0; i--) context.lineTo(...toCanvas(camera, at[i]!, mean[i]! - 2 * error[i]!))
  context.fill()
  context.restore()
}

/** Draws on the line of z, and where they throw their bumps: the darker, the more they count for the x asked about. */
function draws(
  context: Surface,
  { z, middles, matter }: { z: Float32Array; middles: Float32Array; matter: Float32Array },
  { width, height }: Size,
  palette: Palette,
): void {
  const most = Math.max(...matter, Number.MIN_VALUE)
  const across = (value: number) => ((value - x[0]) / (x[1] - x[0])) * width
  for (const [i, at] of z.entries()) {
    const alpha = 0.12 + 0.88 * (matter[i]! / most)
    stroke(context, { color: palette.latent, width: 1, alpha }, () => {
      context.moveTo(across(at), ground * height)
      context.lineTo(across(middles[i]!), base * height)
    })
    points(
      context,
      [at, 0],
      { width, height: 2 * ground * height, x, y: [-1, 1] },
      { color: palette.latent, shape: 'ring', size: 3, alpha },
    )
  }
}

function label(context: Surface, text: string, [at, y]: readonly [number, number], palette: Palette): void {
  context.fillStyle = palette.muted
  context.font = '13px system-ui, sans-serif'
  context.fillText(text, at, y)
}
