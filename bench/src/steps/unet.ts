/** The U-Net of DESIGN section 8 as a denoiser. @module */
import { diffuse } from '@gen/diffusion'
import { unet } from '@gen/unet'
import { abs, mean, type Scalar, sub, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'
import type { Row } from '../row.ts'
import { spec } from '../spec.ts'
import { namedWeights } from './parameters.ts'
import { trainingStep } from './training.ts'

/** The network and its batch; the rows that run it agree on them. */
export const batch = 64
/** Of an image. */
export const shape: number[] = [32, 32, 1]
/** Of the levels. */
export const widths: number[] = [32, 64, 96, 128]
/** Blocks a level. */
export const depth = 2

/** Batch 64; the mean of |ε − ε_θ| is descended. */
export const unetStep: Row = trainingStep({
  id: 'unet',
  name: `U-Net ${shape.join('×')}, widths ${widths.join('/')}, depth ${depth}, batch ${batch}`,
  inputs: {
    x0: spec([batch, ...shape], 1),
    eps: spec([batch, ...shape], 2),
    alpha: spec([batch], 3, { mean: 0.5, scale: 0.45 }),
  },
  build: ({ x0, eps, alpha }) => {
    const network = unet({ shape, widths, depth })
    const loss = () => {
      const x = diffuse(x0!, alpha as Tensor1D, eps!)
      const predicted = network.apply([x, alpha!], { training: true }) as Tensor
      return mean(abs(sub(eps!, predicted))) as Scalar
    }
    return { variables: namedWeights(network), players: [{ prefix: '', loss }] }
  },
  task: 'unet_step',
  attributes: { widths, depth },
})
