/** Colors and gaps: what is on the screen. @module */
import type { Gauge, Page } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { formula } from './formula.tex'
import { Picture } from './picture.tsx'
import { fields } from './settings.ts'
import code from './ten-lines.ts?raw'
import { end, holes, writeHole } from './view.ts'

/** The page. */
export const page: Page = {
  name: 'fill',
  number: 6,
  short: 'Colors and gaps',
  title: 'Six answers to what is missing',
  lead: 'Take a part of a face away, or its colors: many faces would fit what is left. A network of the squared error answers with the mean of them all, a blur that is none of them. A diffusion model draws one after another.',
  formula,
  legend: [
    ['data', 'y, a face; x is what you left of it'],
    ['error', 'ȳ, the mean answer, from the squared error'],
    ['model', 'y₁ … y₆, drawn; x̂₀, what they are about to be'],
  ],
  fields,
  layers: [
    { name: 'truth', label: 'the face itself', role: 'data', initial: true },
    { name: 'noisy', label: 'in their noise', role: 'noise', initial: false },
  ],
  stories: [
    {
      text: 'Paint over a face and watch six answers come: at first all six are much alike, then each makes up its mind, away from the average.',
      set: {},
    },
    {
      text: 'Take the colors away, all of them: what is left is brightness, which every answer keeps.',
      set: { missing: 'colors', hole: writeHole(holes.everything) },
    },
    {
      text: 'Only the mouth: the average is a smear of all mouths, each drawn one is a mouth.',
      set: { missing: 'everything', hole: writeHole(holes.mouth) },
    },
    {
      text: 'Nothing is given: every face is an answer, and the average is the mean of all faces.',
      set: { missing: 'everything', hole: writeHole(holes.everything) },
    },
  ],
  curves: [
    { name: 'answers/away', label: 'answers to the average', role: 'error' },
    { name: 'answers/apart', label: 'answers to each other', role: 'model' },
  ],
  code,
  end,
  Picture,
  gauges,
  describe,
}

const percent = (share: number): string => `${Math.round(100 * share)} %`

function gauges({ numbers }: Frame): Gauge[] {
  const { apart, off } = numbers
  if (apart === undefined || off === undefined) return []
  return [
    {
      label: 'Six answers differ by',
      value: apart.toFixed(3),
      note: 'root of the mean square of a missing pixel, between any two',
    },
    ...lively('Edges', numbers.edgesOfAverage, numbers.edgesOfSix),
    ...lively('Color', numbers.colorOfAverage, numbers.colorOfSix),
    { label: 'Off what is given', value: off.toFixed(3), note: 'at most, in any pixel of any answer' },
  ]
}

/** What the average has of it, and the answers, where either is known. */
function lively(what: string, average: number | undefined, six: number | undefined): Gauge[] {
  if (average === undefined || six === undefined) return []
  return [
    {
      label: `${what} of the average`,
      value: percent(average),
      note: 'of what the face itself has there',
      level: Math.min(1, average),
    },
    { label: `${what} of six answers`, value: percent(six), note: 'of the same', level: Math.min(1, six) },
  ]
}

function describe({ numbers: { missing, apart, off } }: Frame): string {
  if (missing === undefined || apart === undefined || off === undefined)
    return 'Six answers to what is missing of a face.'
  return `Six answers to what is missing in ${percent(missing)} of a face. They differ by ${apart.toFixed(3)}, and are at most ${off.toFixed(3)} off what is given.`
}
