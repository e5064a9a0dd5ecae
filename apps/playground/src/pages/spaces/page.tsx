/** Two spaces: what is on the screen. @module */
import type { Gauge, Page } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { formula } from './formula.tex'
import { Picture } from './picture.tsx'
import { fields } from './settings.ts'
import code from './ten-lines.ts?raw'

/** The page. */
export const page: Page = {
  name: 'spaces',
  number: 8,
  short: 'Two spaces',
  title: 'One matrix between two spaces',
  lead: 'A GAN and a VAE have learnt the same faces, each into a space of its own. How much do the spaces have in common? Take faces that are known in both, one more with each step, and fit a matrix from one space to the other.',
  formula,
  legend: [
    ['latent', 'z, a code of the GAN'],
    ['model', 'x, its face'],
    ['data', 'y, the code of that face in the VAE'],
  ],
  fields,
  layers: [
    { name: 'mapped', label: 'through the map', role: 'latent', initial: true },
    { name: 'own', label: 'by its own encoder', role: 'data', initial: true },
    { name: 'nearest', label: 'nearest support face', role: 'noise', initial: true },
  ],
  stories: [
    {
      text: 'With a few points, all faces become one face; with as many as the space has dimensions, each becomes its own. Drag the step: it is the number of points.',
      set: {},
    },
    {
      text: 'Let each point be the one that tells most: fewer are enough, if the points are well chosen.',
      set: { rule: 'dOptimal' },
    },
    {
      text: 'Choose by hand: press faces on and off, and look what a map from those alone makes.',
      set: { rule: 'hand', pins: '0.3.7.10.14.17.21.24.28.31.35.38.42.45' },
    },
    {
      text: 'Allow rotations only. Not enough: the GAN and the VAE do not spend their space on the same things.',
      set: { method: 'orthogonal' },
    },
  ],
  curves: [
    { name: 'map/missed', label: 'variance of y that the map misses', role: 'latent' },
    { name: 'map/nearest', label: 'the nearest support face', role: 'noise' },
  ],
  code,
  end: 512,
  Picture,
  gauges,
  describe,
}

function gauges({ numbers: { points, mapped, target, nearest, meanImage, r2 } }: Frame): Gauge[] {
  if (
    points === undefined ||
    mapped === undefined ||
    target === undefined ||
    nearest === undefined ||
    meanImage === undefined ||
    r2 === undefined
  )
    return []
  return [
    { label: 'Points in the support set', value: String(points), note: 'both spaces have 64 dimensions' },
    {
      label: 'Error through the map',
      value: mapped.toFixed(4),
      note: `squared, of a pixel, on 32 other faces; by the VAE’s own encoder ${target.toFixed(4)}`,
      level: (meanImage - mapped) / (meanImage - target),
    },
    {
      label: 'Nearest face of the support set',
      value: nearest.toFixed(4),
      note: `the mean of all faces: ${meanImage.toFixed(4)}`,
      level: (meanImage - nearest) / (meanImage - target),
    },
    { label: 'R² of the codes', value: r2.toFixed(2), note: 'variance of y that the map explains', level: r2 },
  ]
}

function describe({ numbers: { points, mapped, target } }: Frame): string {
  if (points === undefined || mapped === undefined || target === undefined)
    return 'Faces of a GAN on their way into the space of a VAE.'
  return `Faces of a GAN on their way into the space of a VAE, by a map from ${points} points. Its error is ${mapped.toFixed(4)}; that of the VAE’s own encoder ${target.toFixed(4)}.`
}
