/**
 * `npm start`: trains a diffusion model on the 60,000 MNIST digits for less than four minutes and leaves a run folder with 70
 * samples, a digit in each column. Anything after `npm start --` goes to `gen train diffusion`.
 */
import { main } from '@gen/cli'

const network = ['--conditional', '--widths', '16,48,96', '--attention', '2']
// Of a fixed time, twice as many steps on half as many digits make more; most of them where a digit takes its shape.
const training = ['--batch', '32', '--times', 'logit-normal', '--learning-rate', '0.004']
// Fresh noise in each step mends what an earlier one got wrong; guided where the shape is decided, not where the style is.
const sampling = ['--sampler', 'dpmpp-2m-sde', '--guidance', '1.65', '--guidance-interval', '0.3,5']
// Training takes this time on any machine; half a minute is left for the start and the last samples.
const defaults = [
  '--data',
  'mnist',
  ...network,
  ...training,
  ...sampling,
  '--sample-count',
  '70',
  '--minutes',
  '3.5',
  '--out',
  'runs/digits',
]

await main(['train', 'diffusion', ...defaults, ...process.argv.slice(2)])
