/** One's own pictures: what is on the screen. @module */
import type { Gauge, Page } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { formula } from './formula.tex'
import { Picture } from './picture.tsx'
import { fields } from './settings.ts'
import code from './ten-lines.ts?raw'

/** The page. */
export const page: Page = {
  name: 'own',
  number: 9,
  short: 'Your pictures',
  title: 'Bring your own',
  lead: 'Drop your pictures, and a small model learns to draw more of their kind, here in your browser: nothing leaves it. Until then it learns from drawn faces. Minutes give shapes and colors, an hour gives more.',
  formula,
  legend: [
    ['data', 'x, a picture of yours, 32 pixels wide'],
    ['noise', 'ε, the noise, mixed in up to the level t'],
    ['model', 'what the network makes of it'],
    ['latent', 'z, the code of a picture'],
  ],
  fields,
  layers: [{ name: 'nearest', label: 'the nearest of yours', role: 'data', initial: true }],
  stories: [
    {
      text: 'Sixteen pictures from the same noise each time: watch them come out of it. Below each is the nearest of yours, so that you see what is new and what is a copy.',
      set: {},
    },
    {
      text: 'A VAE draws at once and blurs: it answers with the mean of what could be meant.',
      set: { family: 'vae' },
    },
  ],
  curves: [
    { name: 'denoiser/total', label: 'loss of the denoiser', role: 'model' },
    { name: 'vae/total', label: 'loss of the VAE', role: 'model' },
  ],
  code,
  end: 2000,
  keeps: true,
  Picture,
  gauges,
  describe,
}

function gauges({ numbers: { size, miss, usual } }: Frame): Gauge[] {
  if (size === undefined || miss === undefined || usual === undefined) return []
  return [
    {
      label: 'To the nearest of yours',
      value: miss.toFixed(3),
      note: `yours are ${usual.toFixed(3)} from one another; far below it they are copies. Root of the mean square of a pixel`,
      level: usual / Math.max(miss, usual),
    },
    { label: 'Pictures', value: size.toLocaleString('en') },
  ]
}

function describe({ step, numbers: { miss } }: Frame): string {
  if (miss === undefined) return `Pictures after ${step} steps.`
  return `Sixteen pictures that the model draws after ${step} steps; in the mean ${miss.toFixed(3)} from the nearest of yours.`
}
