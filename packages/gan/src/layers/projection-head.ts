/** The last layer of a conditional discriminator. @module */
import { assertInteger, fold, type Key, refusal } from '@gen/backend'
import { defineLayer, type LayerOptions, lecun } from '@gen/nn'
import { add, cast, matMul, mul, oneHot, reshape, sum, type Tensor2D } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'

/** Options of {@link projectionHead}. */
export interface ProjectionHeadOptions extends LayerOptions {
  /** Number of classes. */
  classes: number
  /** Draws the weights. */
  key: Key
  /** Divides the map and the class vectors by their largest singular values. @default false */
  spectral?: boolean
}

const where = 'gan.projectionHead'

const layer = defineLayer({
  where,
  className: 'GenProjectionHead',
  inputs: [2, 2],
  check: ({ classes }: Required<Omit<ProjectionHeadOptions, keyof LayerOptions>>) =>
    assertInteger(where, 'classes', classes, { min: 1 }),
  outputShape: ([h, label]) => {
    if (h?.length === 2 && label?.length === 2) return [h[0]!, 1]
    throw refusal('shape', where, {
      expected: 'features [batch, n] and labels [batch, 1]',
      got: 'other ranks',
      details: { h, label },
    })
  },
  weights: ([h], { classes, key, spectral }) => {
    const features = h![1]!
    const spectralKey = (k: Key) => (spectral ? fold(k, 1) : undefined)
    const [forMap, forClasses] = [fold(key, 0), fold(key, 1)]
    return {
      kernel: { shape: [features, 1], initializer: lecun({ key: forMap }), spectralKey: spectralKey(forMap) },
      bias: { shape: [1] },
      classes: {
        shape: [classes, features],
        // Like a row of `kernel`: the initializer divides by the number of classes.
        initializer: lecun({ key: forClasses, gain: Math.sqrt(classes / features) }),
        spectralKey: spectralKey(forClasses),
      },
    }
  },
  call: ([h, label], { classes }, weights) => {
    const labels = cast(reshape(label!, [-1]), 'int32')
    const vectors = matMul(cast(oneHot(labels, classes), 'float32') as Tensor2D, weights.classes as Tensor2D)
    const plain = add(matMul(h as Tensor2D, weights.kernel as Tensor2D), weights.bias)
    return add(plain, sum(mul(vectors, h!), 1, true))
  },
})

/**
 * Logits of a conditional discriminator by projection: `w·h + b + v_class·h`, for features `[batch, n]` and labels
 * `[batch, 1]` → `[batch, 1]`. Twice differentiable.
 *
 * @throws GenError `value` or `range` for classes, `shape` for other ranks.
 * @see cGANs with projection discriminator (Miyato & Koyama, 2018) https://arxiv.org/abs/1802.05637
 */
export function projectionHead({ spectral = false, ...rest }: ProjectionHeadOptions): layers.Layer {
  return layer({ spectral, ...rest })
}
