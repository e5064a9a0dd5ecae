/** The next position in a game: what is on the screen. @module */
import type { Gauge, Page } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { formula } from './formula.tex'
import { Picture } from './picture.tsx'
import { fields } from './settings.ts'
import code from './ten-lines.ts?raw'
import { side } from './view.ts'

/** The page. */
export const page: Page = {
  name: 'game',
  number: 6,
  short: 'A game',
  title: 'The average move is no move',
  lead: 'A walker goes over a board, at odds that nobody tells. Who learns to be near to what it does next answers with the mean of its moves, a place between places, where it never is. Who learns the distribution gives moves that are possible, as often as they are made.',
  formula,
  legend: [
    ['data', 'm, the move that is made in state s'],
    ['error', 'm̄, the mean move, from the squared error'],
    ['model', 'm₁, m₂, …, moves drawn by diffusion'],
  ],
  fields,
  layers: [
    { name: 'truth', label: 'true odds', role: 'data', initial: true },
    { name: 'answers', label: 'drawn moves', role: 'model', initial: true },
    { name: 'averages', label: 'mean move', role: 'error', initial: true },
  ],
  probe: [side * 2 + 2],
  stories: [
    {
      text: 'Six moves are drawn large, side by side, 200 small; at first they are anywhere, then on places that are possible.',
      set: {},
    },
    {
      text: 'Only left or right: the mean is to stay, which it never does.',
      set: { odds: 'sides' },
    },
    { text: 'Put the walker into a corner: what would leave the board is staying.', set: { odds: 'even' } },
  ],
  curves: [
    { name: 'average/total', label: 'squared error', role: 'error' },
    { name: 'denoiser/total', label: 'error of the velocity', role: 'model' },
  ],
  code,
  end: 1500,
  Picture,
  gauges,
  describe,
}

const percent = (share: number): string => `${Math.round(100 * share)} %`

function gauges({ numbers: { apart, moves, astray } }: Frame): Gauge[] {
  if (apart === undefined || moves === undefined || astray === undefined) return []
  return [
    {
      label: 'Odds that are wrong',
      value: percent(apart),
      note: 'half the sum of all differences, of 200 drawn',
      level: 1 - apart,
    },
    { label: 'Drawn moves that are one', value: percent(moves), note: 'within a third of a place', level: moves },
    {
      label: 'The mean is astray by',
      value: astray.toFixed(2),
      note: 'places, from the nearest move that is possible',
      level: 1 - Math.min(1, astray),
    },
  ]
}

function describe({ step, numbers: { place, apart, astray } }: Frame): string {
  if (place === undefined || apart === undefined || astray === undefined) return 'A walker on its board.'
  return `The walker in row ${Math.floor(place / side) + 1}, column ${(place % side) + 1}, after ${step} steps of training. Of the odds of its next move ${percent(apart)} are wrong; the mean move is ${astray.toFixed(2)} places from any that is possible.`
}
