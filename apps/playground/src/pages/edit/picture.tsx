/** A face over its sliders, and the table of what changes with what. @module */
import type { JSX } from 'preact'
import { photos } from '../../marks/photos.ts'
import { questions } from '../../models/questions.ts'
import { Canvas } from '../../shell/canvas.tsx'
import type { Player } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { amounts, gallery, pixels, reach } from './view.ts'

/** The picture of the page. */
export function Picture({ player }: { readonly player: Player }): JSX.Element {
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  return (
    <div class="desk">
      <Face player={player} frame={frame} />
      <fieldset class="sliders">
        <legend class="sr">Sliders</legend>
        {questions.map((_, question) => (
          <AttributeSlider key={question} player={player} frame={frame} question={question} />
        ))}
        <button type="button" class="quiet" onClick={() => player.setProbe([faceOf(player)])}>
          all to 0
        </button>
      </fieldset>
      {player.layers.value.includes('matrix') && <Matrix frame={frame} />}
    </div>
  )
}

const faceOf = (player: Player): number => player.probe.value[0] ?? 0

function Face({ player, frame }: { readonly player: Player; readonly frame: Frame | undefined }): JSX.Element {
  const words = frame && player.status.value !== 'playing' ? player.page.describe(frame) : player.page.title
  const face = (name: 'original' | 'edited') => (
    <Canvas
      class="face"
      label={name === 'edited' ? `The edited face. ${words}` : 'The face as it was'}
      paint={(context, { width }) => frame && photos(context, frame.arrays[name]!, pixels, 1, width)}
    />
  )
  return (
    <div class="faces">
      <figure>
        {face('edited')}
        <figcaption class="was">
          {face('original')}
          <span>before</span>
        </figcaption>
      </figure>
      <fieldset class="gallery">
        <legend class="sr">Face to edit</legend>
        {Array.from({ length: gallery }, (_, i) => (
          <button
            key={i}
            type="button"
            aria-label={`Face ${i + 1}`}
            aria-pressed={i === faceOf(player)}
            onClick={() => player.setProbe([i, ...player.probe.value.slice(1)])}
          >
            <Canvas
              label={`Face ${i + 1}`}
              paint={(context, { width }) => {
                const all = frame?.arrays.faces
                if (all) photos(context, imageOf(all, i), pixels, 1, width)
              }}
            />
          </button>
        ))}
      </fieldset>
    </div>
  )
}

const imageOf = (all: Float32Array, i: number): Float32Array =>
  all.subarray(3 * pixels ** 2 * i, 3 * pixels ** 2 * (i + 1))

/** A slider and five small faces, so that nothing must be dragged. */
function AttributeSlider({
  player,
  frame,
  question,
}: {
  readonly player: Player
  readonly frame: Frame | undefined
  readonly question: number
}): JSX.Element {
  const { label } = questions[question]!
  const value = player.probe.value[question + 1] ?? 0
  const set = (amount: number) => {
    const next = [faceOf(player), ...questions.map((_, j) => player.probe.value[j + 1] ?? 0)]
    next[question + 1] = amount
    player.setProbe(next)
  }
  const right = frame?.arrays.accuracy?.[question]
  return (
    <div class="attribute">
      <span class="name">
        {label}
        <small title="Held-out faces on the right side of the boundary">
          {right === undefined ? '' : `${Math.round(100 * right)} %`}
        </small>
      </span>
      <div class="strip">
        <Canvas
          label={`Five faces: ${label} from little to much`}
          ratio={1 / amounts.length}
          paint={(context, { width }) => {
            const strips = frame?.arrays.strips
            const size = 3 * pixels ** 2 * amounts.length
            if (strips)
              photos(context, strips.subarray(question * size, (question + 1) * size), pixels, amounts.length, width)
          }}
          on={{
            onPointerDown: (event) => {
              const { left, width } = event.currentTarget.getBoundingClientRect()
              set(amounts[Math.floor(((event.clientX - left) / width) * amounts.length)] ?? 0)
            },
          }}
        />
        <input
          type="range"
          aria-label={label}
          min={-reach}
          max={reach}
          step={0.25}
          value={value}
          onInput={(event) => set(Number(event.currentTarget.value))}
        />
      </div>
    </div>
  )
}

/** Rows are moved, columns change. */
function Matrix({ frame }: { readonly frame: Frame | undefined }): JSX.Element {
  const matrix = frame?.arrays.matrix
  const cell = (i: number, j: number) => {
    const value = matrix?.[i * questions.length + j] ?? 0
    const share = Math.min(45, 60 * Math.abs(value))
    const role = i === j ? 'model' : 'error'
    return (
      <td key={j} style={{ background: `color-mix(in oklab, var(--${role}) ${share}%, var(--paper))` }}>
        {matrix ? value.toFixed(2).replace('-0.00', '0.00').replace('-', '−') : ''}
      </td>
    )
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section class="matrix" aria-label="What changes with what" tabIndex={0}>
      <table>
        <caption>
          moved (rows) → changed (columns): deviations of the judge’s answer for a step of 1;{' '}
          <span class="role-error">what should be 0</span> is off the diagonal
        </caption>
        <thead>
          <tr>
            <td />
            {questions.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {questions.map(({ label }, i) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {questions.map((_, j) => cell(i, j))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
