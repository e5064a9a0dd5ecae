/** Digits: what is on the screen. @module */
import type { Gauge, Page } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { formula } from './formula.tex'
import { Picture } from './picture.tsx'
import { fields } from './settings.ts'
import code from './ten-lines.ts?raw'
import { end } from './view.ts'

/** The page. */
export const page: Page = {
  name: 'digits',
  number: 5,
  short: 'Diffusion: digits',
  title: 'Ten digits out of noise',
  lead: 'Two networks, trained alike, on two ways from noise to digits: along the cosine schedule, and by flow matching, which mixes noise and digit along a straight line. Both start from the same noise. Drag the step back and forth and watch what each takes it for.',
  formula,
  legend: [
    ['data', 'x, a digit of the data'],
    ['noise', 'ε, the noise'],
    ['model', 'x̂₀, what the network takes xₜ for'],
  ],
  fields,
  layers: [
    { name: 'noisy', label: 'in their noise', role: 'noise', initial: true },
    { name: 'table', label: 'samplers side by side', role: 'model', initial: false },
  ],
  stories: [
    {
      text: 'At first both see the mean of all digits of a class; then they make up their minds, and then they draw.',
      set: {},
    },
    {
      text: 'Four samplers, five numbers of steps, the same noise: with few steps they differ, with many three of them agree; the fourth adds fresh noise.',
      set: {},
      layers: ['noisy', 'table'],
    },
    {
      text: 'Ask in five steps only, and compare both ways with those of twenty.',
      set: { steps: 5 },
    },
    { text: 'Guidance 1 takes the class as it was learnt, 0 forgets it, 8 overdoes it.', set: { guidance: 8 } },
  ],
  curves: [
    { name: 'cosine/left', label: 'how far from the end: cosine', role: 'model' },
    { name: 'flow/left', label: 'flow matching', role: 'latent' },
  ],
  code,
  end,
  Picture,
  gauges,
  describe,
}

function gauges({ numbers: { cosineLeft, flowLeft, cosineWay, flowWay, calls } }: Frame): Gauge[] {
  if (
    cosineLeft === undefined ||
    flowLeft === undefined ||
    cosineWay === undefined ||
    flowWay === undefined ||
    calls === undefined
  )
    return []
  return [
    {
      label: 'From here to the end',
      value: cosineLeft.toFixed(3),
      note: `by flow matching ${flowLeft.toFixed(3)}; root of the mean square of a pixel of x̂₀`,
      level: 1 - 2 * cosineLeft,
    },
    {
      label: 'Length of the way',
      value: `${cosineWay.toFixed(2)} ×`,
      note: `a straight line; by flow matching ${flowWay.toFixed(2)} ×`,
    },
    { label: 'Times that the network is asked', value: String(calls) },
  ]
}

function describe({ numbers: { cosineLeft, flowLeft } }: Frame): string {
  if (cosineLeft === undefined || flowLeft === undefined) return 'Ten digits on their way out of noise.'
  return `Ten digits on their way out of noise. The guess is ${cosineLeft.toFixed(3)} from what it becomes along the cosine schedule, ${flowLeft.toFixed(3)} by flow matching.`
}
