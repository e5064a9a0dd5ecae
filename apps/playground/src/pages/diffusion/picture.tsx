/** Diffusion in the plane: what is noisy beside what it is taken for, and a handle that is time. @module */
import { type Signal, useSignal, useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'
import type { Palette } from '../../look/roles.ts'
import { arrows } from '../../marks/arrows.ts'
import { type Surface, squareCamera, toCanvas } from '../../marks/camera.ts'
import { stroke } from '../../marks/contour.ts'
import { points } from '../../marks/points.ts'
import { Canvas } from '../../shell/canvas.tsx'
import type { Player } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { cells } from '../cells.ts'
import { bound, fieldSide, stepChoices } from './view.ts'

/** Milliseconds of a denoising that is watched. */
const watched = 1800
const places: Float32Array = cells(fieldSide, bound)

/** The picture of the page. */
export function Picture({ player }: { readonly player: Player }): JSX.Element {
  const [steps = 20] = player.probe.value
  const level = useSignal(player.probe.value[1] ?? steps)
  const forward = useSignal(false)
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  const at = Math.min(level.value, steps)
  useSignalEffect(() =>
    player.setProbe([player.probe.value[0] ?? 20, Math.min(level.value, player.probe.value[0] ?? 20)]),
  )
  const alpha = frame?.arrays.alphas?.[at] ?? 1
  const view: View = { at, alpha, forward: forward.value, layers: player.layers.value }
  const words = frame && player.status.value !== 'playing' ? player.page.describe(frame) : player.page.title
  return (
    <div class="pair">
      <figure>
        <Canvas
          class="plane"
          label={`${words} Noisy points.`}
          paint={(context, { width }, palette) => frame && paintNoisy(context, frame, width, palette, view)}
        />
        <figcaption>
          <span class="role-noise">{forward.value ? 'data with noise' : 'noise on its way'}</span>, α ={' '}
          {alpha < 0.01 ? alpha.toExponential(0) : alpha.toFixed(2)}
        </figcaption>
      </figure>
      <figure>
        <Canvas
          class="plane"
          label={`${words} What they are taken for.`}
          paint={(context, { width }, palette) => frame && paintClean(context, frame, width, palette, view)}
        />
        <figcaption>
          {forward.value ? (
            <span class="role-data">the data</span>
          ) : (
            <span class="role-model">what the network takes it for</span>
          )}
        </figcaption>
      </figure>
      <Handle player={player} level={level} steps={steps} forward={forward} />
    </div>
  )
}

interface View {
  readonly at: number
  readonly alpha: number
  readonly forward: boolean
  readonly layers: readonly string[]
}

/** The states at a level. */
function rows(values: Float32Array | undefined, levels: number, at: number): Float32Array {
  const length = (values?.length ?? 0) / levels
  return (
    values?.subarray(Math.min(at, levels - 1) * length, (Math.min(at, levels - 1) + 1) * length) ?? new Float32Array()
  )
}

function paintNoisy(
  context: Surface,
  { arrays }: Frame,
  width: number,
  palette: Palette,
  { at, alpha, forward, layers }: View,
): void {
  const camera = squareCamera(width, bound)
  const levels = arrays.alphas?.length ?? 1
  if (layers.includes('data'))
    points(context, arrays.data ?? [], camera, { color: palette.data, shape: 'dot', size: 1.6, alpha: 0.35 })
  if (layers.includes('field') && arrays.field && !forward) {
    arrows(context, places, arrays.field, camera, { color: palette.model, width: 1, alpha: 0.55, longest: width / 24 })
  }
  const [x, clean] = [rows(arrays.x, levels, at), rows(arrays.clean, levels, at)]
  if (forward) {
    const [signal, noise] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)]
    const noisy = Array.from(arrays.data ?? [], (value, i) => signal * value + noise * arrays.noise![i]!)
    points(context, noisy, camera, { color: palette.noise, shape: 'square', size: 1.9 })
    return
  }
  if (layers.includes('guess')) {
    stroke(context, { color: palette.model, width: 0.8, alpha: 0.35 }, () => {
      for (let i = 0; i < x.length; i += 2) {
        context.moveTo(...toCanvas(camera, x[i]!, x[i + 1]!))
        context.lineTo(...toCanvas(camera, clean[i]!, clean[i + 1]!))
      }
    })
  }
  const arrived = at >= levels - 1
  points(context, x, camera, {
    color: arrived ? palette.model : palette.noise,
    shape: arrived ? 'diamond' : 'square',
    size: 2,
  })
}

function paintClean(
  context: Surface,
  { arrays }: Frame,
  width: number,
  palette: Palette,
  { at, forward, layers }: View,
): void {
  const camera = squareCamera(width, bound)
  const shown = layers.includes('data') || forward
  if (shown)
    points(context, arrays.data ?? [], camera, {
      color: palette.data,
      shape: 'dot',
      size: forward ? 2 : 1.6,
      alpha: forward ? 1 : 0.35,
    })
  if (!forward)
    points(context, rows(arrays.clean, arrays.alphas?.length ?? 1, at), camera, {
      color: palette.model,
      shape: 'diamond',
      size: 2,
    })
}

/** Time as a handle, the number of steps, and the direction. */
function Handle({
  player,
  level,
  steps,
  forward,
}: {
  readonly player: Player
  readonly level: Signal<number>
  readonly steps: number
  readonly forward: Signal<boolean>
}): JSX.Element {
  return (
    <div class="handle">
      <button type="button" onClick={() => watch(level, steps)}>
        Denoise
      </button>
      <label class="time">
        <span>noise</span>
        <input
          type="range"
          aria-label="Level of denoising"
          aria-valuetext={`${Math.min(level.value, steps)} of ${steps} steps`}
          min={0}
          max={steps}
          value={Math.min(level.value, steps)}
          onInput={(event) => {
            level.value = Number(event.currentTarget.value)
          }}
        />
        <span>data</span>
      </label>
      <label>
        in
        <select
          aria-label="Steps of denoising"
          value={steps}
          onChange={(event) => {
            const next = Number(event.currentTarget.value)
            level.value = next
            player.setProbe([next, next])
          }}
        >
          {stepChoices.map((choice) => (
            <option key={choice} value={choice}>
              {choice === 1 ? '1 step' : `${choice} steps`}
            </option>
          ))}
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={forward.value}
          onChange={(event) => (forward.value = event.currentTarget.checked)}
        />
        forward
      </label>
    </div>
  )
}

/** Runs the handle from noise to data; at once where motion is not wished for. */
function watch(level: Signal<number>, steps: number): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    level.value = level.value >= steps ? 0 : level.value + 1
    return
  }
  const from = performance.now()
  const turn = (now: number) => {
    const share = Math.min(1, (now - from) / watched)
    level.value = Math.round(share * steps)
    if (share < 1) requestAnimationFrame(turn)
  }
  requestAnimationFrame(turn)
}
