/** A generator that answers questions about faces, with what is given put in. @module */
import { fold, key } from '@gen/backend'
import { patchDiscriminator, pix2pixGenerator } from '@gen/gan'
import type { Network } from '@gen/model'
import { add, mul, sub, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { joined, parted, patchedShape } from '../patched.ts'
import type { Subject } from './questions.ts'

export const latentSize = 16
const [side, widths] = [2, [32, 64, 96, 128]]

/** Of images, and of what is told, as they are and as patches. */
function shapes({ size, toldChannels }: Subject) {
  const [shape, told] = [
    [size, size, 3],
    [size, size, toldChannels],
  ]
  return { shape, told, patched: { shape: patchedShape(shape, side), context: patchedShape(told, side) } }
}

/** pix2pix's U-Net over patches, as the diffusion model's is; its answers in [−1, 1] agree with what is given. */
export function generator(seed: number, subject: Subject): Network {
  const { shape, told, patched } = shapes(subject)
  const inner = pix2pixGenerator({ ...patched, widths, latentSize, key: fold(key(seed), 4) })
  return {
    ...{ inputShape: [latentSize], outputShape: shape, context: told },
    variables: () => inner.variables(),
    apply: (z, { context, ...options } = {}) =>
      tidy(() => {
        const answers = joined(inner.apply(z, { ...options, context: parted(context!, side) }), side)
        return sub(mul(subject.agreeing(mul(add(answers, 1), 0.5) as Tensor4D, context as Tensor4D), 2), 1)
      }),
  }
}

/** pix2pix's judge over patches: the first halving loses nothing, and its gradient reaches all pixels alike. */
export function discriminator(seed: number, subject: Subject): Network {
  const { shape, told, patched } = shapes(subject)
  const inner = patchDiscriminator({ ...patched, widths: [48, 96, 128], key: fold(key(seed), 5) })
  return {
    ...{ inputShape: shape, outputShape: inner.outputShape, context: told },
    variables: () => inner.variables(),
    apply: (x, { context, ...options } = {}) =>
      tidy(() => inner.apply(parted(x, side), { ...options, context: parted(context!, side) })),
  }
}
