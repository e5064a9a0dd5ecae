/** A question asked of the plane: samples on it, the average off it. @module */
import type { JSX } from 'preact'
import type { Palette } from '../../look/roles.ts'
import { type Camera, fromCanvas, type Surface, squareCamera } from '../../marks/camera.ts'
import { path } from '../../marks/contour.ts'
import { points } from '../../marks/points.ts'
import { Canvas } from '../../shell/canvas.tsx'
import type { Player } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { bound } from './view.ts'

/** Answers that are shown large. */
const few = 6

/** The picture of the page. */
export function Picture({ player }: { readonly player: Player }): JSX.Element {
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  const [question = 0] = player.probe.value
  const words = frame && player.status.value !== 'playing' ? player.page.describe(frame) : player.page.title
  const ask = (event: PointerEvent) => {
    if (event.type === 'pointermove' && event.buttons === 0) return
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    player.setProbe([Number(fromCanvas(squareCamera(box.width, bound), event.clientX - box.left, 0)[0].toFixed(2))])
  }
  const { layers } = player
  return (
    <div class="pair">
      <figure>
        <Canvas
          class="plane"
          label={`${words} The plane.`}
          paint={(context, { width }, palette) => frame && paintPlane(context, frame, width, palette, layers.value)}
          on={{ onPointerDown: ask, onPointerMove: ask }}
        />
        <figcaption>the question x across, the answers y upwards</figcaption>
      </figure>
      <figure>
        <Canvas
          class="plane"
          label={`${words} The answers to one question.`}
          paint={(context, { width }, palette) => frame && paintOdds(context, frame, width, palette)}
        />
        <figcaption>
          how likely each answer is, <span class="role-data">truly</span> and to the{' '}
          <span class="role-model">model</span>
        </figcaption>
      </figure>
      <div class="handle">
        <label class="time">
          <span>ask x =</span>
          <input
            type="range"
            aria-label="Question"
            min={-bound}
            max={bound}
            step={0.05}
            value={question}
            onInput={(event) => player.setProbe([Number(event.currentTarget.value)])}
          />
          <output>{question.toFixed(2)}</output>
        </label>
      </div>
    </div>
  )
}

function paintPlane(
  context: Surface,
  { arrays, numbers }: Frame,
  width: number,
  palette: Palette,
  layers: readonly string[],
): void {
  const camera = squareCamera(width, bound)
  const x = numbers.question!
  const { data, answers, y, average } = arrays
  if (!answers || !y || !average) return
  if (data && layers.includes('data'))
    points(context, data, camera, { color: palette.data, shape: 'dot', size: 1.8, alpha: 0.6 })
  path(context, [x, -bound, x, bound], camera, { color: palette.muted, width: 1 })
  if (layers.includes('averages'))
    path(
      context,
      Array.from(y).flatMap((at, i) => [at, average[i]!]),
      camera,
      { color: palette.error, width: 2, dash: [7, 4] },
    )
  if (layers.includes('answers')) {
    const column = (values: Float32Array) => Array.from(values).flatMap((value) => [x, value])
    points(context, column(answers), camera, { color: palette.model, shape: 'diamond', size: 1.6, alpha: 0.35 })
    points(context, column(answers.subarray(0, few)), camera, {
      color: palette.model,
      shape: 'diamond',
      size: 4.5,
      halo: palette.paper,
    })
  }
  points(context, [x, numbers.average!], camera, { color: palette.error, shape: 'cross', size: 7 })
}

/** Densities over y, which goes up here too. */
function paintOdds(context: Surface, { arrays, numbers }: Frame, width: number, palette: Palette): void {
  const { exact, model, y } = arrays
  if (!exact || !model || !y) return
  const top = 1.15 * Math.max(0.4, ...exact, Math.min(3, Math.max(...model)))
  const camera: Camera = { width, height: width, x: [0, top], y: [-bound, bound] }
  const along = (values: Float32Array) => Array.from(values).flatMap((value, i) => [value, y[i]!])
  path(context, along(model), camera, { color: palette.model, width: 2.2 })
  path(context, along(exact), camera, { color: palette.data, width: 3, dash: [0.1, 5.5] })
  path(context, [0, numbers.average!, top, numbers.average!], camera, {
    color: palette.error,
    width: 1.6,
    dash: [7, 4],
  })
  context.fillStyle = palette.error
  context.font = '13px system-ui, sans-serif'
  context.fillText('the average answer', width - 140, (1 - (numbers.average! / bound + 1) / 2) * width - 6)
}
