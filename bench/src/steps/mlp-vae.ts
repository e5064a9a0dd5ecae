/** A fully connected VAE. @module */
import { key } from '@gen/backend'
import { mlp } from '@gen/nn'
import { nn, numpy } from '@jax-js/jax'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Row } from '../row.ts'
import { spec } from '../spec.ts'
import type { JaxArrays } from './jax-step.ts'
import { negativeElbo } from './negative-elbo.ts'
import { namedWeights } from './parameters.ts'
import { trainingStep } from './training.ts'

const [batch, pixels, latent] = [128, 784, 16]
const widths = [512, 256]

/** 784-512-256-(2 × 16)-256-512-784. */
export const mlpVaeStep: Row = trainingStep({
  id: 'mlp-vae',
  name: `MLP VAE ${pixels}-${widths.join('-')}-(2×${latent})-…, batch ${batch}`,
  inputs: { x: spec([batch, pixels], 1, { mean: 0.5, scale: 0.5 }), eps: spec([batch, latent], 2) },
  build: ({ x, eps }) => {
    const shared = { activation: 'relu', key: key(0) } as const
    const encoder = mlp({ ...shared, inputs: pixels, outputs: 2 * latent, widths, name: 'encoder' })
    const decoder = mlp({ ...shared, inputs: latent, outputs: pixels, widths: widths.toReversed(), name: 'decoder' })
    const encode = (input: Tensor) => encoder.apply(input) as Tensor
    const decode = (z: Tensor) => decoder.apply(z) as Tensor
    const loss = () => negativeElbo({ encode, decode }, x!, eps!)
    return { variables: namedWeights(encoder, decoder), players: [{ prefix: '', loss }] }
  },
  jax: jaxLoss,
  task: 'mlp_vae_step',
  attributes: { hidden: widths.length },
})

function jaxLoss(p: JaxArrays, { x, eps }: JaxArrays): numpy.Array {
  const [average, logVariance] = numpy.split(jaxMlp(x!.ref, p, 'encoder'), 2, 1) as [numpy.Array, numpy.Array]
  const z = average.ref.add(numpy.exp(logVariance.ref.mul(0.5)).mul(eps!))
  const logits = jaxMlp(z, p, 'decoder')
  const reconstruction = numpy.sum(nn.softplus(logits.ref).sub(x!.mul(logits)), 1)
  const divergence = numpy.sum(numpy.exp(logVariance.ref).add(numpy.square(average)).sub(logVariance.add(1)), 1)
  return numpy.mean(reconstruction.add(divergence.mul(0.5)))
}

function jaxMlp(x: numpy.Array, p: JaxArrays, name: string): numpy.Array {
  const dense = (h: numpy.Array, layer: string) =>
    numpy.matmul(h, p[`${name}_${layer}/kernel`]!).add(p[`${name}_${layer}/bias`]!)
  const hidden = widths.reduce((h, _, i) => nn.relu(dense(h, `dense_${i}`)), x)
  return dense(hidden, 'output')
}
