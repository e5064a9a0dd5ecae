/** Latent variables: what is on the screen. @module */
import type { Gauge, Page } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { formula } from './formula.tex'
import { Picture } from './picture.tsx'
import { fields } from './settings.ts'
import code from './ten-lines.ts?raw'

/** The page. */
export const page: Page = {
  name: 'latent',
  number: 1,
  short: 'Latent variables',
  title: 'A curve made of bumps',
  lead: 'How likely is x, if x comes from a z that nobody sees? Draw z again and again, and take the mean of what each z says of x.',
  formula,
  legend: [
    ['latent', 'z, drawn from a known distribution'],
    ['model', 'P(x), the mean so far'],
    ['error', 'two standard errors to either side'],
    ['data', 'the exact P(x)'],
  ],
  fields,
  layers: [
    { name: 'truth', label: 'exact', role: 'data', initial: true },
    { name: 'mean', label: 'mean', role: 'model', initial: true },
    { name: 'error', label: '± 2 standard errors', role: 'error', initial: true },
    { name: 'bumps', label: 'bumps', role: 'model', initial: true },
    { name: 'draws', label: 'draws', role: 'latent', initial: true },
  ],
  stories: [
    {
      text: 'The error falls with the root of the number of draws: for one digit more, a hundred times the draws.',
      set: {},
    },
    { text: 'A sharp P(x | z): nearly all draws say nothing of the x that is asked about.', set: { deviation: 0.04 } },
    {
      text: 'Draw z from Q(z | x) instead, where x comes from: a few draws are enough. This is why a VAE has an encoder.',
      set: { deviation: 0.04, proposal: 'posterior' },
    },
    { text: 'Ask for an x that is rare, by pointing at it.', set: { at: 3.6 } },
  ],
  curves: [
    { name: 'estimate/miss', label: 'error at x', role: 'error' },
    { name: 'estimate/error', label: 'standard error', role: 'noise' },
  ],
  code,
  end: 2000,
  Picture,
  gauges,
  describe,
}

function gauges({ numbers: { n, value, error, truth, effective, at } }: Frame): Gauge[] {
  if (n === undefined || value === undefined || error === undefined || truth === undefined || effective === undefined)
    return []
  return [
    { label: 'Draws of z', value: n.toLocaleString('en') },
    {
      label: `P(${at}), the mean`,
      value: `${value.toPrecision(3)} ± ${error.toPrecision(1)}`,
      note: `exactly ${truth.toPrecision(4)}`,
    },
    { label: 'Relative error', value: `${(truth > 0 ? (100 * Math.abs(value - truth)) / truth : 0).toFixed(1)} %` },
    {
      label: 'Draws that matter for it',
      value: effective.toFixed(0),
      note: `of ${n.toLocaleString('en')}: the effective number`,
      level: n > 0 ? effective / n : 0,
    },
  ]
}

function describe({ numbers: { n, value, truth, at } }: Frame): string {
  if (n === undefined || value === undefined || truth === undefined)
    return 'The density of x as a mean over draws of z.'
  return `The density of x as a mean over ${n} draws of z. At ${at} it is ${value.toPrecision(3)}; exactly ${truth.toPrecision(3)}.`
}
