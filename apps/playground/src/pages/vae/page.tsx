/** Autoencoder and VAE: what is on the screen. @module */
import type { Gauge, Page } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { formula } from './formula.tex'
import { Picture } from './picture.tsx'
import { fields } from './settings.ts'
import code from './ten-lines.ts?raw'

/** The page. */
export const page: Page = {
  name: 'vae',
  number: 2,
  short: 'VAE',
  title: 'Two maps from one seed',
  lead: 'Both press a digit into two numbers and make it again. The autoencoder puts its codes anywhere; the VAE must keep them where a normal distribution is, so that one can draw from it.',
  formula,
  legend: [
    ['data', 'x, a digit of the data'],
    ['latent', 'z, its code; ellipses are μ ± σ'],
    ['model', 'x̂, what a code is decoded to'],
    ['error', 'draws from N(0, I) that fall into holes'],
  ],
  fields,
  layers: [
    { name: 'map', label: 'decoded', role: 'model', initial: true },
    { name: 'codes', label: 'codes', role: 'latent', initial: true },
    { name: 'pins', label: 'draws from N(0, I)', role: 'error', initial: false },
  ],
  probe: [0, 0, 0, 0],
  stories: [
    {
      text: 'Drag the cross over both maps: every place is decoded to a digit, or to something between two.',
      set: {},
      layers: ['map'],
    },
    {
      text: 'Draw from N(0, I): on the autoencoder’s map many draws fall into holes, crossed out; on the VAE’s few, and fewer and fewer.',
      set: {},
      layers: ['codes', 'pins'],
    },
    {
      text: 'Too much weight on the KL: the codes say nothing any more, and all digits look alike.',
      set: { beta: 10 },
      layers: ['map', 'codes'],
    },
    {
      text: 'Next to no weight: ellipses shrink to points, and the VAE becomes an autoencoder.',
      set: { beta: 0.003 },
      layers: ['codes', 'pins'],
    },
  ],
  curves: [
    { name: 'plain/total', label: 'loss of the autoencoder', role: 'noise' },
    { name: 'variational/total', label: 'loss of the VAE', role: 'model' },
  ],
  code,
  end: 1500,
  Picture,
  gauges,
  describe,
}

function gauges({ numbers }: Frame): Gauge[] {
  const { plainError, error, plainHoles, holes, kl, collapsed, variance } = numbers
  if (plainError === undefined || error === undefined || plainHoles === undefined || holes === undefined) return []
  const percent = (share: number) => `${Math.round(100 * share)} %`
  return [
    {
      label: 'Error of a pixel, VAE',
      value: Math.sqrt(error).toFixed(3),
      note: `autoencoder ${Math.sqrt(plainError).toFixed(3)}; held-out digits`,
    },
    {
      label: 'Draws in holes, VAE',
      value: percent(holes),
      note: `autoencoder ${percent(plainHoles)}`,
      level: 1 - holes,
    },
    {
      label: 'KL: what a code tells',
      value: `${(kl ?? 0).toFixed(2)} nats`,
      note: collapsed ? `${collapsed} of 2 variables tell nothing (E[σ²] > 0.8)` : 'both variables are in use',
    },
    { label: 'Var(μ) + E[σ²]', value: (variance ?? 0).toFixed(2), note: '1 where codes are spread as the prior is' },
  ]
}

function describe({ step, numbers: { error, holes, plainHoles } }: Frame): string {
  if (error === undefined || holes === undefined || plainHoles === undefined)
    return `Maps of codes after ${step} steps.`
  return `Maps of codes after ${step} steps. Of the draws from the prior ${Math.round(100 * holes)} % fall into holes of the VAE, ${Math.round(100 * plainHoles)} % into those of the autoencoder.`
}
