/** A VAE in Python. @module */
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { NamedWeight } from '../../weights/named-weight.ts'
import { type NetworkClass, networkClass, shapeText } from '../network-class.ts'
import { below } from './below.ts'

interface VaeNetworks {
  readonly encoder: LayersModel
  readonly decoder: LayersModel
}

type Variable = NamedWeight['variable']

/** What else than the networks has variables: a prior, a likelihood, a posterior, a divergence. */
interface Piece {
  variables?(): Variable[]
  state?(): Variable[]
}

/** The pieces of a VAE. */
export interface VaeParts extends Readonly<Record<'prior' | 'likelihood' | 'posterior' | 'divergence', Piece>> {
  readonly encoder: unknown
  readonly decoder: unknown
}

/** Whether these are the pieces of a VAE. */
export function isVaeParts(parts: unknown): parts is VaeParts {
  const names = ['encoder', 'decoder', 'prior', 'likelihood', 'posterior', 'divergence']
  return typeof parts === 'object' && parts !== null && names.every((name) => name in parts)
}

/** What is read of a VAE. */
interface VaeFacts {
  readonly shape: readonly number[]
  readonly config: object
  readonly parts: VaeParts
}

/** Both networks in one module, with what stands around them. */
export function vaeClass({ shape, config, parts }: VaeFacts, networks: VaeNetworks): NetworkClass {
  const encoder = networkClass('Encoder', networks.encoder, 'What the posterior reads')
  const decoder = networkClass('Decoder', networks.decoder, 'What the head reads')
  const [x, ...told] = encoder.inputs.map(({ name }) => name)
  const [ofX, ofZ] = [[x, ...told].join(', '), ['z', ...told].join(', ')]
  const head = headLines(kindOf(config, 'head'), config, shape.length)
  const posterior = posteriorText(kindOf(config, 'posterior'), ofX)
  const besides = besideNetworks(config, parts)
  return {
    name: 'VAE',
    uses: [encoder, decoder],
    inputs: encoder.inputs,
    output: encoder.inputs[0]?.shape ?? [],
    weights: [...below('encoder', encoder), ...below('decoder', decoder), ...besides.map(({ weight }) => weight)],
    text: [
      'class VAE(nn.Module):',
      '    """An encoder and a decoder; images are in [0, 1]."""',
      '',
      '    def __init__(self):',
      '        super().__init__()',
      '        self.encoder = Encoder()',
      '        self.decoder = Decoder()',
      ...besides.map(({ line }) => `        ${line}`),
      '',
      `    def encode(self, ${ofX}):`,
      ...posterior,
      '',
      `    def decode(self, ${ofZ}):`,
      `        """${head.about}, ${shapeText(encoder.inputs[0]?.shape ?? [])}."""`,
      `        h = self.head(self.decoder(${ofZ}))`,
      `        return ${head.mean}`,
      '',
      '    def head(self, h):',
      '        """What the likelihood reads, of what the decoder gives."""',
      ...head.lines,
      '',
      `    def forward(self, ${ofX}):`,
      `        return self.decode(self.encode(${ofX})${told.map((name) => `, ${name}`).join('')})`,
    ].join('\n'),
  }
}

function kindOf(config: object, part: string): string {
  const piece: unknown = Reflect.get(config, part)
  return typeof piece === 'object' && piece !== null && 'kind' in piece ? String(piece.kind) : ''
}

/** The code of x. */
function posteriorText(kind: string, ofX: string): string[] {
  if (kind === 'normal') {
    const about = 'The mean of the code; its log-variance is the other half of what the encoder gives.'
    return [`        """${about}"""`, `        return self.encoder(${ofX}).chunk(2, 1)[0]`]
  }
  if (kind !== 'quantized') return ['        """The code."""', `        return self.encoder(${ofX})`]
  return [
    '        """The code: of each vector that the encoder gives, the nearest of the codebook."""',
    `        h = self.encoder(${ofX})`,
    '        rows = h.reshape(-1, self.codebook.shape[1])',
    '        distances = self.codebook.square().sum(1) - 2 * rows @ self.codebook.T',
    '        return self.codebook[distances.argmin(1)].reshape(h.shape)',
  ]
}

/** From the decoder's output to what the likelihood reads, and to the mean of p(x | z). */
function headLines(head: string, config: object, rank: number): { about: string; mean: string; lines: string[] } {
  const likelihood = kindOf(config, 'likelihood')
  const lines = {
    sigmoid: ['        return torch.sigmoid(h)'],
    split: [
      '        mask, first, second = torch.sigmoid(h).chunk(3, 1)',
      '        return mask * first + (1 - mask) * second',
    ],
  }[head] ?? ['        return h']
  const isPerPixel = Reflect.get(Reflect.get(config, 'likelihood') ?? {}, 'deviation') === 'perPixel'
  const mean = { bernoulli: 'torch.sigmoid(h)', gaussian: isPerPixel ? 'h.chunk(2, 1)[0]' : 'h' }[likelihood]
  if (mean === undefined) return { about: `What the ${likelihood} likelihood reads`, mean: 'h', lines }
  const clipped = rank === 3 && likelihood === 'gaussian' ? `${mean}.clamp(0, 1)` : mean
  return { about: 'The mean of p(x | z)', mean: clipped, lines }
}

/** A variable beside the networks: a parameter where it trains, else a buffer. */
interface Beside {
  readonly weight: NamedWeight
  readonly line: string
}

/** Those that `train.py` knows by name; what it does not know is kept by `model.py` for the way back. */
function besideNetworks(config: object, { prior, likelihood, posterior, divergence }: VaeFacts['parts']): Beside[] {
  const trained = (piece: Piece, name: string) => (piece.variables?.() ?? []).map((variable) => beside(variable, name))
  const moved = (piece: Piece, names: readonly string[]) =>
    (piece.state?.() ?? []).flatMap((variable, i) => {
      const name = names[i]
      return name === undefined ? [] : [beside(variable, name, 'buffer')]
    })
  return [
    ...(kindOf(config, 'likelihood') === 'gaussian' ? trained(likelihood, 'log_deviation') : []),
    ...(kindOf(config, 'likelihood') === 'gaussian' ? moved(likelihood, ['squared_error']) : []),
    ...(kindOf(config, 'prior') === 'vampPrior' ? trained(prior, 'pseudo_inputs') : []),
    ...(kindOf(config, 'posterior') === 'quantized' ? moved(posterior, ['codebook', 'counts', 'sums']) : []),
    ...(kindOf(config, 'divergence') === 'kl' ? moved(divergence, ['steps_done']) : []),
  ]
}

function beside(variable: Variable, name: string, kind?: 'buffer'): Beside {
  const zeros = `torch.zeros(${variable.shape.join(', ') || '()'})`
  const line = kind === 'buffer' ? `self.register_buffer("${name}", ${zeros})` : `self.${name} = nn.Parameter(${zeros})`
  return { weight: { name, layout: 'same', shape: variable.shape, variable }, line }
}
