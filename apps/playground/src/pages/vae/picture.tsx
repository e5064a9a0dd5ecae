/** Two maps from one seed: every place a digit, every digit a place. @module */
import { type Signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { Palette } from '../../look/roles.ts'
import { fromCanvas, type Surface, squareCamera, toCanvas } from '../../marks/camera.ts'
import { stroke } from '../../marks/contour.ts'
import { ellipses } from '../../marks/ellipses.ts'
import { points } from '../../marks/points.ts'
import { tiles } from '../../marks/tiles.ts'
import { Canvas } from '../../shell/canvas.tsx'
import type { Player } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { holes } from './holes.ts'
import { bound, mapSide, pixels } from './view.ts'

/** One of the two maps, by the names of its arrays. */
interface MapNames {
  readonly title: string
  readonly codes: 'plainCodes' | 'codes'
  readonly map: 'plainMap' | 'map'
  readonly point: 'plainPoint' | 'point'
  /** Where its place stands in the probe. */
  readonly at: 0 | 2
}

const maps: readonly MapNames[] = [
  { title: 'Autoencoder', codes: 'plainCodes', map: 'plainMap', point: 'plainPoint', at: 0 },
  { title: 'VAE', codes: 'codes', map: 'map', point: 'point', at: 2 },
]

/** The picture of the page. */
export function Picture({ player }: { readonly player: Player }): JSX.Element {
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  const lit = useSignal(-1)
  return (
    <div class="pair">
      {maps.map((names) => (
        <LatentMap key={names.title} player={player} frame={frame} names={names} lit={lit.value} />
      ))}
      <Classes lit={lit} />
    </div>
  )
}

function LatentMap({
  player,
  frame,
  names,
  lit,
}: {
  readonly player: Player
  readonly frame: Frame | undefined
  readonly names: MapNames
  readonly lit: number
}): JSX.Element {
  const reach = names.at === 0 ? (frame?.numbers.reach ?? bound) : bound
  const probe = player.probe.value
  const place = (x: number, y: number) => {
    const next = [...probe]
    next.splice(names.at, 2, Number(x.toFixed(2)), Number(y.toFixed(2)))
    player.setProbe(next)
  }
  const drag = (event: PointerEvent) => {
    if (event.type === 'pointermove' && event.buttons === 0) return
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    place(...fromCanvas(squareCamera(box.width, reach), event.clientX - box.left, event.clientY - box.top))
  }
  const words = frame && player.status.value !== 'playing' ? player.page.describe(frame) : player.page.title
  const [x = 0, y = 0] = probe.slice(names.at)
  return (
    <figure>
      <Canvas
        class="plane"
        label={`${names.title}. ${words}`}
        paint={(context, { width }, palette) =>
          frame && paint(context, frame, names, { width, reach, lit, at: [x, y], layers: player.layers.value }, palette)
        }
        on={{ onPointerDown: drag, onPointerMove: drag }}
      />
      <figcaption class="decoded">
        <Canvas
          label={`${names.title}: the digit at the cross`}
          paint={(context, { width }, palette) =>
            frame?.arrays[names.point] &&
            tiles(context, frame.arrays[names.point]!, pixels, 1, width, [palette.paper, palette.model])
          }
        />
        <span>
          <b>{names.title}</b>
          <br />
          at{' '}
          {(['x', 'y'] as const).map((axis) => (
            <input
              key={axis}
              type="number"
              step={0.1}
              aria-label={`${names.title}: ${axis} of the cross`}
              value={axis === 'x' ? x : y}
              onChange={(event) =>
                place(
                  axis === 'x' ? Number(event.currentTarget.value) : x,
                  axis === 'y' ? Number(event.currentTarget.value) : y,
                )
              }
            />
          ))}
        </span>
      </figcaption>
    </figure>
  )
}

interface View {
  readonly width: number
  readonly reach: number
  readonly lit: number
  readonly at: readonly [number, number]
  readonly layers: readonly string[]
}

function paint(
  context: Surface,
  { arrays }: Frame,
  names: MapNames,
  { width, reach, lit, at, layers }: View,
  palette: Palette,
): void {
  const camera = squareCamera(width, reach)
  const [map, codes, labels] = [arrays[names.map], arrays[names.codes], arrays.labels]
  if (map && layers.includes('map')) tiles(context, map, pixels, mapSide, width, [palette.paper, palette.model])
  if (!codes || !labels) return
  const of = (values: Float32Array, wanted: boolean) => values.filter((_, i) => (labels[i >> 1] === lit) === wanted)
  if (layers.includes('codes')) {
    if (names.at === 2 && arrays.deviations) {
      const some = lit < 0 ? codes.slice(0, 200) : of(codes, true)
      ellipses(context, some, lit < 0 ? arrays.deviations : of(arrays.deviations, true), camera, {
        color: palette.latent,
        width: 0.8,
        alpha: 0.5,
      })
    }
    points(context, of(codes, false), camera, {
      color: lit < 0 ? palette.latent : palette.noise,
      shape: 'dot',
      size: 1.8,
      alpha: lit < 0 ? 0.8 : 0.35,
    })
    points(context, of(codes, true), camera, { color: palette.latent, shape: 'dot', size: 2.6, halo: palette.paper })
  }
  if (layers.includes('pins') && arrays.prior) {
    const lost = holes(arrays.prior, codes)
    const pinned = (wanted: boolean) => arrays.prior!.filter((_, i) => lost[i >> 1] === wanted)
    points(context, pinned(false), camera, { color: palette.ink, shape: 'square', size: 2.4, halo: palette.paper })
    points(context, pinned(true), camera, { color: palette.error, shape: 'cross', size: 4 })
  }
  const [x, y] = toCanvas(camera, ...at)
  for (const [color, thick] of [
    [palette.paper, 5],
    [palette.ink, 2],
  ] as const) {
    stroke(context, { color, width: thick }, () => {
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

/** One class at a time may be lit. */
function Classes({ lit }: { readonly lit: Signal<number> }): JSX.Element {
  return (
    <fieldset class="handle">
      <legend class="sr">Digit to light up</legend>
      <span>Light up</span>
      {Array.from({ length: 10 }, (_, digit) => (
        <button
          key={digit}
          type="button"
          class="digit"
          aria-pressed={lit.value === digit}
          onClick={() => {
            lit.value = lit.value === digit ? -1 : digit
          }}
        >
          {digit}
        </button>
      ))}
    </fieldset>
  )
}
