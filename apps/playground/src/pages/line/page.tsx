/** The lecture's figure 1: what is on the screen. @module */
import type { Gauge, Page } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { formula } from './formula.tex'
import { Picture } from './picture.tsx'
import { fields } from './settings.ts'
import code from './ten-lines.ts?raw'

/** The page. */
export const page: Page = {
  name: 'line',
  number: 3,
  short: 'Figure 1',
  title: 'Figure 1, alive',
  lead: 'The first GAN’s figure, on a line where everything can be computed exactly: the density of the data, that of the generator, the discriminator, and the best answer that it could give.',
  formula,
  legend: [
    ['data', 'the density of the data'],
    ['model', 'the density that G makes of even z'],
    ['discriminator', 'D dashed; D*, its best answer to this G, thin'],
    ['latent', 'z → x = G(z): dense where arrows meet'],
  ],
  fields,
  layers: [
    { name: 'data', label: 'data', role: 'data', initial: true },
    { name: 'generated', label: 'generated', role: 'model', initial: true },
    { name: 'belief', label: 'D', role: 'discriminator', initial: true },
    { name: 'optimum', label: 'D*', role: 'discriminator', thin: true, initial: true },
    { name: 'map', label: 'z → x', role: 'latent', initial: true },
  ],
  stories: [
    {
      text: 'Both play: D shows G where data are missing, the samples move there, and D falls to ½ everywhere.',
      set: {},
    },
    {
      text: 'Only D plays, the figure’s panel (b): D comes to D*, and the game’s value to 2 JSD − log 4.',
      set: { players: 'discriminator', penalty: 'none' },
    },
    {
      text: 'Only G plays against a D that stands still: it runs to where D is highest, all of it.',
      set: { players: 'generator' },
    },
    { text: 'Two bells: between them G must be steep, for it cannot jump.', set: { data: 'two' } },
    {
      text: 'Without a penalty and with momentum the two chase each other.',
      set: { penalty: 'none', momentum: 0.5, rate: 0.005, data: 'two' },
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
  end: 1500,
  Picture,
  gauges,
  describe,
}

function gauges({ numbers: { value, best, miss, divergence } }: Frame): Gauge[] {
  if (value === undefined || best === undefined || miss === undefined || divergence === undefined) return []
  return [
    {
      label: 'Divergence from the data',
      value: divergence.toFixed(3),
      note: 'Jensen–Shannon, in nats; 0.693 without overlap',
      level: 1 - divergence / Math.LN2,
    },
    { label: 'D misses D* by', value: miss.toFixed(3), note: 'on average over data and samples', level: 1 - 2 * miss },
    { label: 'V(D, G)', value: signed(value), note: `at most ${signed(best)} against this G` },
  ]
}

const signed = (value: number): string => value.toFixed(3).replace('-', '−')

function describe({ step, numbers: { divergence, miss } }: Frame): string {
  if (divergence === undefined || miss === undefined) return 'Densities of data and generator on a line.'
  return `Densities of data and generator on a line after ${step} steps. They differ by ${divergence.toFixed(3)} nats; the discriminator misses its best answer by ${miss.toFixed(3)}.`
}
