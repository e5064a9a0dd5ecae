/** A GAN in Python. @module */
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type NetworkClass, networkClass } from '../network-class.ts'
import { below } from './below.ts'

/** Both networks in one module. */
export function ganClass(generator: LayersModel, discriminator: LayersModel): NetworkClass {
  const made = networkClass('Generator', generator, 'Samples, images in [−1, 1]')
  const judge = networkClass('Discriminator', discriminator, 'Logits, large for data')
  const names = made.inputs.map(({ name }) => name).join(', ')
  return {
    name: 'GAN',
    uses: [made, judge],
    inputs: made.inputs,
    output: made.output,
    weights: [...below('generator', made), ...below('discriminator', judge)],
    text: `class GAN(nn.Module):
    """A generator and its discriminator."""

    def __init__(self):
        super().__init__()
        self.generator = Generator()
        self.discriminator = Discriminator()

    def forward(self, ${names}):
        return self.generator(${names})`,
  }
}
