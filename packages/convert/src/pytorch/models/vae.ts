/** A VAE in Python. @module */
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type NetworkClass, networkClass, shapeText } from '../network-class.ts'
import { below } from './below.ts'

interface VaeNetworks {
  readonly encoder: LayersModel
  readonly decoder: LayersModel
}

/** What is read of a VAE's config. */
interface VaeFacts {
  readonly shape: readonly number[]
  readonly config: object
}

/** Both networks in one module, with what stands around them. */
export function vaeClass({ shape, config }: VaeFacts, networks: VaeNetworks): NetworkClass {
  const encoder = networkClass('Encoder', networks.encoder, 'What the posterior reads')
  const decoder = networkClass('Decoder', networks.decoder, 'What the head reads')
  const [x, ...told] = encoder.inputs.map(({ name }) => name)
  const [ofX, ofZ] = [[x, ...told].join(', '), ['z', ...told].join(', ')]
  const head = headLines(kindOf(config, 'head'), kindOf(config, 'likelihood'), shape.length)
  const code = kindOf(config, 'posterior') === 'normal' ? 'self.encoder({}).chunk(2, 1)[0]' : 'self.encoder({})'
  const spread = kindOf(config, 'posterior') === 'normal'
  return {
    name: 'VAE',
    uses: [encoder, decoder],
    inputs: encoder.inputs,
    output: encoder.inputs[0]?.shape ?? [],
    weights: [...below('encoder', encoder), ...below('decoder', decoder)],
    text: [
      'class VAE(nn.Module):',
      '    """An encoder and a decoder; images are in [0, 1]."""',
      '',
      '    def __init__(self):',
      '        super().__init__()',
      '        self.encoder = Encoder()',
      '        self.decoder = Decoder()',
      '',
      `    def encode(self, ${ofX}):`,
      `        """The mean of the code${spread ? '; its log-variance is the other half of what the encoder gives' : ''}."""`,
      `        return ${code.replace('{}', ofX)}`,
      '',
      `    def decode(self, ${ofZ}):`,
      `        """${head.about}, ${shapeText(encoder.inputs[0]?.shape ?? [])}."""`,
      `        h = self.decoder(${ofZ})`,
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

/** From the decoder's output to the mean of p(x | z). */
function headLines(head: string, likelihood: string, rank: number): { about: string; lines: string[] } {
  const headed = {
    linear: [],
    sigmoid: ['        h = torch.sigmoid(h)'],
    split: [
      '        mask, first, second = torch.sigmoid(h).chunk(3, 1)',
      '        h = mask * first + (1 - mask) * second',
    ],
  }[head]
  const mean = { bernoulli: 'torch.sigmoid(h)', gaussian: 'h' }[likelihood]
  if (headed === undefined || mean === undefined) {
    return { about: `What the ${likelihood} likelihood reads`, lines: [...(headed ?? []), '        return h'] }
  }
  const clipped = rank === 3 && likelihood === 'gaussian' ? `${mean}.clamp(0, 1)` : mean
  return { about: 'The mean of p(x | z)', lines: [...headed, `        return ${clipped}`] }
}
