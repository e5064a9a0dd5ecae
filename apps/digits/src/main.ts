/**
 * `npm start`: trains a diffusion model on the 60,000 MNIST digits for less than four minutes and leaves a run folder with 70
 * samples, a digit in each column. Anything after `npm start --` goes to `gen train diffusion`.
 */
import { main } from '@gen/cli'

const network = ['--conditional', '--widths', '16,48,96']
// The number of steps is fixed at the start, by how long some take then; half a minute is left for a machine that slows down.
const defaults = [
  '--data',
  'mnist',
  ...network,
  '--guidance',
  '2',
  '--sample-count',
  '70',
  '--minutes',
  '3.5',
  '--out',
  'runs/digits',
]

await main(['train', 'diffusion', ...defaults, ...process.argv.slice(2)])
