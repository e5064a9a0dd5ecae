/** Diffusion in the plane: what is on the screen. @module */
import type { Gauge, Page } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { formula } from './formula.tex'
import { Picture } from './picture.tsx'
import { fields } from './settings.ts'
import code from './ten-lines.ts?raw'
import { compared } from './view.ts'

/** The page. */
export const page: Page = {
  name: 'diffusion',
  number: 5,
  short: 'Diffusion',
  title: 'Every point and its guess',
  lead: 'Noise is added to the data until nothing is left of them. One network learns to say, at every level, what is noise; asked again and again, it leads fresh noise back to data.',
  formula,
  legend: [
    ['data', 'x₀, a point of the data'],
    ['noise', 'xₜ, the same with noise; ε, the noise'],
    ['model', 'the network’s guess of ε, and of x₀ with it'],
  ],
  fields,
  layers: [
    { name: 'data', label: 'data', role: 'data', initial: true },
    { name: 'guess', label: 'threads to the guess', role: 'model', initial: true },
    { name: 'field', label: 'where it leads', role: 'model', initial: false },
  ],
  probe: [20, 11],
  stories: [
    {
      text: 'Drag the handle from noise to data: at first all guesses are the middle of the data; they part as noise goes.',
      set: {},
    },
    {
      text: 'Switch on “where it leads”: every place of the plane has its arrow, and it turns with the level.',
      set: { data: 'ring' },
      layers: ['data', 'field'],
    },
    {
      text: 'Ask for one step instead of 20: the average of all answers, which is no answer.',
      set: { data: 'spirals' },
    },
    {
      text: 'A cosine schedule for images leaves the last bit of noise in.',
      set: { schedule: 'cosine', data: 'checkerboard' },
    },
  ],
  curves: [{ name: 'denoiser/perDimension', label: 'loss: share of the noise not guessed', role: 'model' }],
  code,
  end: 2500,
  Picture,
  gauges,
  describe,
}

function gauges({ numbers }: Frame): Gauge[] {
  const { floor } = numbers
  if (floor === undefined) return []
  return compared.flatMap((steps) => {
    const distance = numbers[`steps${steps}`]
    if (distance === undefined) return []
    const last = steps === compared.at(-1)
    return [
      {
        label: `Distance to the data, ${steps === 1 ? '1 step' : `${steps} steps`}`,
        value: distance.toFixed(2),
        level: Math.min(1, floor / distance),
        ...(last && { note: `sliced Wasserstein, from the same noise; two samples of the data: ${floor.toFixed(2)}` }),
      },
    ]
  })
}

function describe({ step, numbers }: Frame): string {
  const far = numbers.steps20
  return `Points on their way from noise to data after ${step} training steps.${far === undefined ? '' : ` In 20 steps of denoising they come to a distance of ${far.toFixed(2)} from the data.`}`
}
