/** Two flows over MNIST that two cores train in minutes. @module */
import { fold, type Key, split } from '@gen/backend'
import {
  actnorm,
  affineCoupling,
  type Bijector,
  chain,
  conv1x1,
  convNetwork,
  type Flow,
  flow,
  type ImageFlow,
  imageFlow,
  logit,
  multiscale,
  squeezeImage,
  variationalDequantizer,
} from '@gen/flows'
import type { Tensor4D } from '@tensorflow/tfjs-core'

const shape = [28, 28, 1]
const alpha = 1e-2

/** Eight couplings at 14 × 14, in turns of a checkerboard and of channels, with uniform dequantization. */
export function simple(k: Key): { model: ImageFlow; flow: Flow<Tensor4D> } {
  const event = [14, 14, 4]
  const network = convNetwork({ width: 48, blocks: 1 })
  const couplings = split(k, 8).map((own, i) => {
    const mask = i % 4 < 2 ? 'checkerboard' : 'half'
    return affineCoupling(event, { network, mask, flip: i % 2 === 1, key: own })
  })
  const images = flow<Tensor4D>({
    transforms: [logit(shape, { alpha }), actnorm(shape), squeezeImage(shape), ...couplings],
  })
  return { flow: images, model: imageFlow({ flow: images }) }
}

/**
 * Learned noise; a few couplings at full size, then Glow's steps at 14 × 14, half of the channels set aside, and more at
 * 7 × 7: the smaller the image, the wider the networks.
 */
export function multi(k: Key): { model: ImageFlow; flow: Flow<Tensor4D> } {
  const [first, second, third, fourth] = split(k, 4)
  const entry = convNetwork({ width: 16, blocks: 1 })
  const noise = flow<Tensor4D>({
    transforms: [logit(shape), ...checkered(shape, 2, first!, { network: entry, context: 1 })],
  })
  const full = chain([actnorm(shape), ...checkered(shape, 2, second!, { network: entry }), squeezeImage(shape)])
  const middle = steps([14, 14, 4], 6, third!, 48)
  const half = squeezeImage([14, 14, 2])
  const small = chain([half, steps([7, 7, 8], 6, fourth!, 64)])
  const images = flow<Tensor4D>({ transforms: [logit(shape, { alpha }), multiscale([chain([full, middle]), small])] })
  return { flow: images, model: imageFlow({ flow: images, dequantizer: variationalDequantizer(noise) }) }
}

type CouplingOptions = Omit<Parameters<typeof affineCoupling>[1], 'key'>

function checkered(event: readonly number[], count: number, k: Key, options: CouplingOptions): Bijector[] {
  return split(k, count).map((own, i) =>
    affineCoupling(event, { ...options, mask: 'checkerboard', flip: i % 2 === 1, key: own }),
  )
}

/** Glow's steps: actnorm, 1×1 convolution, coupling. */
function steps(event: readonly number[], count: number, k: Key, width: number): Bijector {
  const network = convNetwork({ width, blocks: 1 })
  const each = split(k, count).flatMap((own, i) => [
    actnorm(event),
    conv1x1(event, { key: fold(own, 0) }),
    affineCoupling(event, { network, flip: i % 2 === 1, key: fold(own, 1) }),
  ])
  return chain(each)
}
