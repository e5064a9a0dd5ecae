/** Digits on two ways out of the same noise, and a table of samplers. @module */
import type { JSX } from 'preact'
import type { Palette } from '../../look/roles.ts'
import { tiles } from '../../marks/tiles.ts'
import { Canvas } from '../../shell/canvas.tsx'
import type { Player } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { classes, counts, pixels, samplerLabels, samplerNames } from './view.ts'

const ways = [
  { title: 'Along the cosine schedule', noisy: 'cosineNoisy', guess: 'cosineGuess' },
  { title: 'Flow matching', noisy: 'flowNoisy', guess: 'flowGuess' },
] as const

/** The picture of the page. */
export function Picture({ player }: { readonly player: Player }): JSX.Element {
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  const words = frame && player.status.value !== 'playing' ? player.page.describe(frame) : player.page.title
  const shows = (layer: string) => player.layers.value.includes(layer)
  return (
    <div class="spaces">
      {ways.map(({ title, noisy, guess }) => (
        <section key={title} class="ways" aria-label={title}>
          <h2>{title}</h2>
          {shows('noisy') && <Strip frame={frame} name={noisy} hue="noise" label="xₜ, the digits in their noise" />}
          <Strip frame={frame} name={guess} hue="model" label="x̂₀, what the network takes them for" words={words} />
        </section>
      ))}
      {shows('table') && <Table frame={frame} />}
    </div>
  )
}

function Strip({
  frame,
  name,
  hue,
  label,
  words = '',
}: {
  readonly frame: Frame | undefined
  readonly name: string
  readonly hue: 'noise' | 'model'
  readonly label: string
  readonly words?: string
}): JSX.Element {
  return (
    <figure>
      <figcaption>
        <span aria-hidden="true" class={`mark mark-${hue}`} /> <span class={`role-${hue}`}>{label}</span>
      </figcaption>
      <Canvas
        label={`${label}. ${words}`}
        ratio={1 / classes}
        paint={(context, { width }, palette) => {
          const values = frame?.arrays[name]
          if (values) tiles(context, values, pixels, classes, width, [palette.paper, palette[hue]])
        }}
      />
    </figure>
  )
}

/** One digit from the same noise, by each sampler in each number of steps. */
function Table({ frame }: { readonly frame: Frame | undefined }): JSX.Element {
  const all = frame?.arrays.table
  const cell =
    (at: number) =>
    (context: Parameters<typeof tiles>[0], { width }: { width: number }, palette: Palette) => {
      if (all)
        tiles(context, all.subarray(at * pixels ** 2, (at + 1) * pixels ** 2), pixels, 1, width, [
          palette.paper,
          palette.model,
        ])
    }
  return (
    <table class="samplers" aria-busy={all === undefined}>
      <caption>
        one digit from the same noise, along the cosine schedule; across: steps of the sampler
        {all === undefined && ' (being drawn …)'}
      </caption>
      <thead>
        <tr>
          <td />
          {counts.map((count) => (
            <th key={count} scope="col">
              {count}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {samplerNames.map((name, row) => (
          <tr key={name}>
            <th scope="row">{samplerLabels[name]}</th>
            {counts.map((count, column) => (
              <td key={count}>
                <Canvas
                  class="cell"
                  label={`${samplerLabels[name]}, ${count} steps`}
                  paint={cell(row * counts.length + column)}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
