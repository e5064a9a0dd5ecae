/** A question to paint, the average answer, and six that are drawn. @module */
import type { JSX } from 'preact'
import { photos } from '../../marks/photos.ts'
import { settingsAt } from '../../run/run.ts'
import { Canvas } from '../../shell/canvas.tsx'
import type { Player } from '../../shell/page.ts'
import { useSettings } from '../../shell/settings.tsx'
import { Brush } from './brush.tsx'
import type { FillSettings } from './settings.ts'
import { few, gallery, type Hole, pixels, readHole, writeHole } from './view.ts'

const size = 3 * pixels ** 2

/** The picture of the page. */
export function Picture({ player }: { readonly player: Player }): JSX.Element {
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  const words = frame && player.status.value !== 'playing' ? player.page.describe(frame) : player.page.title
  const now = useSettings(player).value as unknown as FillSettings
  const { faces, average, guess, noisy } = frame?.arrays ?? {}
  const shows = (layer: string) => player.layers.value.includes(layer)
  const face = imageOf(faces, Number(now.face))
  return (
    <div class="fill">
      <div class="asks">
        <Brush face={face} hole={readHole(now.hole)} missing={now.missing} change={(hole) => ask(player, hole)} />
        <fieldset class="gallery">
          <legend class="sr">Face to ask about</legend>
          {Array.from({ length: gallery }, (_, i) => (
            <button
              key={i}
              type="button"
              aria-label={`Face ${i + 1}`}
              aria-pressed={String(i) === now.face}
              onClick={() => begin(player, { face: String(i) })}
            >
              <Photo label={`Face ${i + 1}`} values={imageOf(faces, i)} />
            </button>
          ))}
        </fieldset>
      </div>
      <div class="answered">
        <Labeled hue="error" caption="the average">
          <Photo label="The average answer" values={average} />
        </Labeled>
        {shows('truth') && (
          <Labeled hue="data" caption="the face itself">
            <Photo label="The face itself" values={face} />
          </Labeled>
        )}
        <Six values={shows('noisy') ? noisy : guess} noisy={shows('noisy')} words={words} />
      </div>
    </div>
  )
}

interface SixProps {
  readonly values: Float32Array | undefined
  readonly noisy: boolean
  readonly words: string
}

/** All that are drawn, as they are about to be or in their noise. */
function Six({ values, noisy, words }: SixProps): JSX.Element {
  return (
    <section class="six" aria-label={words}>
      {Array.from({ length: few }, (_, i) => (
        <Photo key={i} label={`Answer ${i + 1}`} values={imageOf(values, i)} />
      ))}
      <Caption hue={noisy ? 'noise' : 'model'} text={noisy ? 'xₜ, six in their noise' : 'six answers, x̂₀'} />
    </section>
  )
}

const imageOf = (all: Float32Array | undefined, i: number): Float32Array | undefined =>
  all?.subarray(size * i, size * (i + 1))

const ask = (player: Player, hole: Hole): void => begin(player, { hole: writeHole(hole) })

/** A new question is a new run, from the noise on; for who wants no motion, an edit of this one. */
function begin(player: Player, set: Partial<FillSettings>): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    player.set(set)
    return
  }
  const settings = { ...settingsAt(player.run.value, player.step.value), ...set }
  player.play()
  player.restart({ settings, tape: [] })
}

interface CaptionProps {
  readonly hue: 'data' | 'model' | 'error' | 'noise'
  readonly text: string
}

function Caption({ hue, text }: CaptionProps): JSX.Element {
  return (
    <p class="caption">
      <span aria-hidden="true" class={`mark mark-${hue}`} /> <span class={`role-${hue}`}>{text}</span>
    </p>
  )
}

function Labeled({
  hue,
  caption,
  children,
}: {
  readonly hue: CaptionProps['hue']
  readonly caption: string
  readonly children: JSX.Element
}): JSX.Element {
  return (
    <div>
      {children}
      <Caption hue={hue} text={caption} />
    </div>
  )
}

function Photo({ label, values }: { readonly label: string; readonly values: Float32Array | undefined }): JSX.Element {
  return <Canvas label={label} paint={(context, { width }) => values && photos(context, values, pixels, 1, width)} />
}
