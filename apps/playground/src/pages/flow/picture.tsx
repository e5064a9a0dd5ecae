/** The flow: graph paper bent layer by layer, the density, and the sum of one point. @module */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { Palette } from '../../look/roles.ts'
import { fromCanvas, type Surface, squareCamera, toCanvas } from '../../marks/camera.ts'
import { contour, stroke } from '../../marks/contour.ts'
import { field } from '../../marks/field.ts'
import { points } from '../../marks/points.ts'
import { Canvas } from '../../shell/canvas.tsx'
import type { Player } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { bound, gridSide } from './view.ts'
import { Waterfall } from './waterfall.tsx'

/** The picture of the page. */
export function Picture({ player }: { readonly player: Player }): JSX.Element {
  const share = useSignal(1)
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  const depth = frame?.arrays.logDets?.length ?? 1
  const layer = share.value * depth
  const words = frame && player.status.value !== 'playing' ? player.page.describe(frame) : player.page.title
  const { layers } = player
  const move = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    const [x, y] = fromCanvas(squareCamera(box.width, bound), event.clientX - box.left, event.clientY - box.top)
    player.setProbe([Number(x.toFixed(2)), Number(y.toFixed(2))])
  }
  return (
    <div class="pair">
      <figure>
        <Canvas
          class="plane"
          label={`${words} The density.`}
          paint={(context, { width }, palette) => frame && paintDensity(context, frame, width, palette, layers.value)}
          on={{ onPointerDown: move, onPointerMove: move }}
        />
        <figcaption>
          <span class="role-data">x</span>: the density that the layers make
        </figcaption>
      </figure>
      <figure>
        <Canvas
          class="plane"
          label={`${words} The plane after ${layer.toFixed(1)} layers.`}
          paint={(context, { width }, palette) => frame && paintBent(context, frame, width, palette, layer)}
        />
        <figcaption>
          {layer >= depth ? (
            <span class="role-latent">z: all layers, a normal distribution</span>
          ) : (
            `after ${layer.toFixed(1)} of ${depth} layers`
          )}
        </figcaption>
      </figure>
      <div class="handle">
        <label class="time">
          <span>data</span>
          <input
            type="range"
            aria-label="Layers applied"
            aria-valuetext={`${layer.toFixed(1)} of ${depth} layers`}
            min={0}
            max={100}
            value={100 * share.value}
            onInput={(event) => {
              share.value = Number(event.currentTarget.value) / 100
            }}
          />
          <span>N(0, I)</span>
        </label>
      </div>
      {frame && <Waterfall player={player} frame={frame} />}
    </div>
  )
}

function paintDensity(
  context: Surface,
  { arrays, numbers }: Frame,
  width: number,
  palette: Palette,
  layers: readonly string[],
): void {
  const camera = squareCamera(width, bound)
  const { density, truth, states, samples } = arrays
  if (density) {
    const top = Math.max(...density)
    const shade = density.map((value) => 0.5 + 0.5 * Math.sqrt(value / top))
    field(context, shade, Math.sqrt(density.length), camera, {
      paper: palette.paper,
      low: palette.paper,
      high: palette.model,
      most: 0.75,
    })
  }
  if (truth && layers.includes('truth')) {
    for (const level of [0.05, 0.4])
      contour(context, truth, Math.sqrt(truth.length), level, camera, {
        color: palette.data,
        width: 1.4,
        dash: [0.1, 4],
      })
  }
  if (states && layers.includes('data'))
    points(context, states.subarray(0, 2 * numbers.points!), camera, {
      color: palette.data,
      shape: 'dot',
      size: 1.6,
      halo: palette.paper,
    })
  if (samples && layers.includes('samples'))
    points(context, samples, camera, { color: palette.model, shape: 'diamond', size: 1.8, halo: palette.paper })
  cross(context, toCanvas(camera, numbers.x!, numbers.y!), palette)
}

function cross(context: Surface, [x, y]: readonly [number, number], palette: Palette): void {
  for (const [color, width] of [
    [palette.paper, 5],
    [palette.ink, 2],
  ] as const) {
    stroke(context, { color, width }, () => {
      for (const [dx, dy] of [
        [9, 0],
        [0, 9],
      ] as const) {
        context.moveTo(x - dx, y - dy)
        context.lineTo(x + dx, y + dy)
      }
    })
  }
}

/** Points and grid between two layers: places blend, for the layers themselves are one after the other. */
function paintBent(context: Surface, { arrays, numbers }: Frame, width: number, palette: Palette, layer: number): void {
  const { states, logDets } = arrays
  if (!states || !logDets) return
  const camera = squareCamera(width, bound)
  const rows = states.length / (logDets.length + 1)
  const [before, share] = [Math.min(Math.floor(layer), logDets.length), layer % 1]
  const from = states.subarray(before * rows, (before + 1) * rows)
  const to = share > 0 ? states.subarray((before + 1) * rows, (before + 2) * rows) : from
  const now = from.map((value, i) => value + share * (to[i]! - value))
  const [many, side] = [2 * numbers.points!, gridSide]
  if (numbers.grid! > 0) {
    stroke(context, { color: palette.muted, width: 0.8, alpha: 0.6 }, () => {
      for (let line = 0; line < side; line++) {
        for (const place of [(i: number) => line * side + i, (i: number) => i * side + line]) {
          for (let i = 0; i < side; i++) {
            const at = many + 2 * place(i)
            context[i === 0 ? 'moveTo' : 'lineTo'](...toCanvas(camera, now[at]!, now[at + 1]!))
          }
        }
      }
    })
  }
  const arrived = layer >= logDets.length
  points(context, now.subarray(0, many), camera, {
    color: arrived ? palette.latent : palette.data,
    shape: arrived ? 'ring' : 'dot',
    size: arrived ? 2.2 : 1.8,
  })
  for (const radius of arrived ? [1, 2] : []) {
    stroke(context, { color: palette.latent, width: 1.2, dash: [4, 4] }, () =>
      context.arc(...toCanvas(camera, 0, 0), (radius * width) / (2 * bound), 0, 2 * Math.PI),
    )
  }
  cross(context, toCanvas(camera, now.at(-2)!, now.at(-1)!), palette)
}
