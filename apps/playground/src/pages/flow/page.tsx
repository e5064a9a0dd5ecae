/** The flow: what is on the screen. @module */
import type { Gauge, Page } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { formula } from './formula.tex'
import { Picture } from './picture.tsx'
import { fields } from './settings.ts'
import code from './ten-lines.ts?raw'

/** The page. */
export const page: Page = {
  name: 'flow',
  number: 4,
  short: 'Flow',
  title: 'Graph paper, bent and never torn',
  lead: 'A few invertible layers push the data into the shape of a normal distribution. How much each stretches the plane is known, and so the density of every point is known exactly.',
  formula,
  legend: [
    ['data', 'x, a point of the data; its true density, dotted'],
    ['model', 'p, the density of the model; J, how a layer stretches'],
    ['latent', 'z, the point after all layers'],
  ],
  fields,
  layers: [
    { name: 'data', label: 'data', role: 'data', initial: true },
    { name: 'truth', label: 'true density', role: 'data', initial: false },
    { name: 'density', label: 'density', role: 'model', initial: true },
    { name: 'samples', label: 'samples', role: 'model', initial: false },
    { name: 'grid', label: 'grid', role: 'noise', initial: true },
  ],
  probe: [-1, 1.5],
  stories: [
    {
      text: 'Drag the handle from data to N(0, I) and back: each layer moves one coordinate, told by the other.',
      set: {},
    },
    {
      text: 'Move the cross over the density: its logarithm is a sum, one term for each layer.',
      set: { data: 'ring' },
    },
    {
      text: 'Layers that only shift keep all areas: whatever they do, all terms but the first are 0.',
      set: { kind: 'additive', depth: 6 },
    },
    {
      text: 'Between separate modes thin bridges stay, for nothing that is bent can be torn.',
      set: { data: 'grid', kind: 'affine', depth: 6 },
      layers: ['density', 'truth', 'grid'],
    },
  ],
  curves: [{ name: 'flow/total', label: '−log p of the batch, in nats', role: 'model' }],
  code,
  end: 1500,
  Picture,
  gauges,
  describe,
}

function gauges({ numbers: { loss, entropy } }: Frame): Gauge[] {
  if (loss === undefined || entropy === undefined) return []
  return [
    {
      label: 'Worse than the truth by',
      value: `${(loss - entropy).toFixed(3)} nats`,
      note: `−log p of 1,000 new points: ${loss.toFixed(3)}; under the true density: ${entropy.toFixed(3)}`,
      level: Math.max(0, 1 - (loss - entropy)),
    },
  ]
}

function describe({ step, numbers: { loss, entropy } }: Frame): string {
  const worse =
    loss === undefined || entropy === undefined
      ? ''
      : ` It is worse than the true density by ${(loss - entropy).toFixed(3)} nats a point.`
  return `A flow in the plane after ${step} steps.${worse}`
}
