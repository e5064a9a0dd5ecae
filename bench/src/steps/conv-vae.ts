/** A convolutional VAE. @module */
import { key } from '@gen/backend'
import { convDecoder, convEncoder } from '@gen/nn'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Row } from '../row.ts'
import { spec } from '../spec.ts'
import { negativeElbo } from './negative-elbo.ts'
import { namedWeights } from './parameters.ts'
import { trainingStep } from './training.ts'

const [batch, latent] = [64, 16]
const shape: [number, number, number] = [28, 28, 1]
const widths = [32, 64, 128]

/** The encoder and decoder of `@gen/nn` with their group norms: 28 → 14 → 7 → 4 and back. */
export const convVaeStep: Row = trainingStep({
  id: 'conv-vae',
  name: `conv VAE ${shape.join('×')}, widths ${widths.join('/')}, batch ${batch}`,
  inputs: { x: spec([batch, ...shape], 1, { mean: 0.5, scale: 0.5 }), eps: spec([batch, latent], 2) },
  build: ({ x, eps }) => {
    const encoder = convEncoder({ shape, outputs: 2 * latent, widths, key: key(0) })
    const decoder = convDecoder({ inputs: latent, shape, widths, key: key(1) })
    const encode = (input: Tensor) => encoder.apply(input) as Tensor
    const decode = (z: Tensor) => decoder.apply(z) as Tensor
    const loss = () => negativeElbo({ encode, decode }, x!, eps!)
    return { variables: namedWeights(encoder, decoder), players: [{ prefix: '', loss }] }
  },
  task: 'conv_vae_step',
  attributes: { widths, sizes: [4, 7, 14, 28] },
})
