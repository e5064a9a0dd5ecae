/** The GAN in the plane: what is on the screen. @module */
import type { Gauge, Page } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { formula } from './formula.tex'
import { Picture } from './picture.tsx'
import { fields } from './settings.ts'
import code from './ten-lines.ts?raw'

const collapse = { objective: 'nonSaturating', penalty: 'none', k: 2, rate: 0.01, momentum: 0.9, waves: 6 }

/** The page. */
export const page: Page = {
  name: 'gan',
  number: 3,
  short: 'GAN',
  title: 'Two players and a moving target',
  lead: 'A generator bends a square of noise until its points fall where the data are; a discriminator learns to tell the two apart. Each is the other’s teacher.',
  formula,
  legend: [
    ['data', 'x, a point of the data'],
    ['latent', 'z, even noise in a square'],
    ['model', 'G(z), a point that the generator makes'],
    ['discriminator', 'D, its belief that a point is real'],
  ],
  fields,
  layers: [
    { name: 'data', label: 'data', role: 'data', initial: true },
    { name: 'samples', label: 'samples', role: 'model', initial: true },
    { name: 'field', label: 'D’s belief', role: 'discriminator', initial: true },
    { name: 'mesh', label: 'G’s grid', role: 'model', initial: false },
    { name: 'arrows', label: 'D’s pull', role: 'discriminator', initial: false },
    { name: 'density', label: 'density', role: 'data', initial: false },
  ],
  stories: [
    { text: 'With penalties on D the players settle: all eight modes are found.', set: {} },
    {
      text: 'Without penalties, with momentum and a D that is ahead: modes are lost, those without a sample crossed out, and the rest is chased around.',
      set: collapse,
    },
    {
      text: 'Look at the generator’s grid: a square cannot be torn, so thin threads run from mode to mode.',
      set: { data: 'grid' },
      layers: ['data', 'mesh', 'samples'],
    },
    {
      text: 'Let only D play, with the button below: it goes to the best answer to this G, and the arrows show the lesson that it has for it.',
      set: { data: 'moons' },
      layers: ['data', 'samples', 'field', 'arrows'],
    },
  ],
  curves: [
    { name: 'discriminator/adversarial', label: 'loss of D', role: 'discriminator' },
    { name: 'generator/total', label: 'loss of G', role: 'model' },
  ],
  alone: [
    { player: 'discriminator', label: 'D', role: 'discriminator' },
    { player: 'generator', label: 'G', role: 'model' },
  ],
  code,
  end: 2000,
  Picture,
  gauges,
  describe,
}

function gauges({ numbers }: Frame): Gauge[] {
  const { distance, floor, modes, ofModes, near } = numbers
  const list: Gauge[] = []
  if (modes !== undefined && ofModes !== undefined && near !== undefined) {
    list.push({ label: 'Modes found', value: `${modes} of ${ofModes}`, level: modes / ofModes })
    list.push({
      label: 'Samples on a mode',
      value: `${Math.round(100 * near)} %`,
      note: 'within 3 deviations; at best 99 %',
      level: near,
    })
  }
  if (distance !== undefined && floor !== undefined) {
    list.push({
      label: 'Distance to the data',
      value: distance.toFixed(2),
      note: `sliced Wasserstein; two samples of the data: ${floor.toFixed(2)}`,
      level: Math.min(1, floor / distance),
    })
  }
  return list
}

function describe({ step, numbers: { modes, ofModes, near, distance } }: Frame): string {
  const found =
    modes === undefined || near === undefined
      ? ''
      : ` ${modes} of ${ofModes} modes are found, ${Math.round(100 * near)} % of the samples lie on one.`
  const far = distance === undefined ? '' : ` Samples are at a distance of ${distance.toFixed(2)} from the data.`
  return `Data and samples of the generator in the plane after ${step} steps.${found}${far}`
}
