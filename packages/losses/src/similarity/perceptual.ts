/** Distance of images in the activations of a network. @module */
import { assertShape, refusal, withoutGradient } from '@gen/backend'
import {
  abs,
  add,
  addN,
  div,
  max,
  maximum,
  mean,
  mul,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core'

/** Added to a vector's squared length before it is divided by. */
const smallestSquare = 1e-10

/** Options of {@link perceptualLoss}. */
export interface PerceptualLossOptions {
  /** The network: images to the activations of one layer or several, each `[batch, …, channels]`; differentiable. */
  features: (x: Tensor) => Tensor | readonly Tensor[]
  /** One weight for each layer. @default all 1 */
  weights?: readonly number[]
  /** Whether each place's vector of channels is scaled to length 1 first, as in LPIPS; below a length of 1e-5, to less. @default false */
  unitLength?: boolean
}

/**
 * Makes a perceptual loss `Σ_l w_l · mean_places Σ_channels (φ_l(x) − φ_l(y))²` of each image, on any network's activations
 * φ. It compares what the network sees, so it forgives what the network does not see: a shift, the exact texture.
 *
 * @returns A function of two batches of images, giving `[batch]`; it throws a GenError `shape` where the layers do not fit
 * the weights or each other.
 * @see Perceptual losses for real-time style transfer and super-resolution (Johnson et al., 2016)
 * https://arxiv.org/abs/1603.08155
 * @see The unreasonable effectiveness of deep features as a perceptual metric (Zhang et al., 2018)
 * https://arxiv.org/abs/1801.03924
 * @example
 * const distance = perceptualLoss({ features: (x) => classifier.predict(x) as Tensor })
 * const loss = mean(distance(restored, original))
 */
export function perceptualLoss({
  features,
  weights,
  unitLength = false,
}: PerceptualLossOptions): (x: Tensor, y: Tensor) => Tensor1D {
  const where = 'losses.perceptualLoss'
  const activations = (x: Tensor): readonly Tensor[] => {
    const layers = features(x)
    return 'length' in layers ? layers : [layers]
  }
  return (x, y) => {
    assertShape(where, 'y', y, x.shape)
    return tidy(() => {
      const [ofX, ofY] = [activations(x), activations(y)]
      const expected = weights?.length ?? ofX.length
      if (ofX.length === 0 || ofX.length !== expected) {
        throw refusal('shape', where, {
          expected: weights ? `${expected} layers, as weights` : 'at least one layer',
          got: `${ofX.length} from features`,
        })
      }
      const distances = ofX.map((layer, l) => {
        const other = ofY[l] as Tensor
        assertShape(where, `features(x)[${l}]`, layer, [x.shape[0], ...layer.shape.slice(1)])
        return mul(layerDistance(layer, other, unitLength), weights?.[l] ?? 1)
      })
      return addN(distances) as Tensor1D
    })
  }
}

function layerDistance(x: Tensor, y: Tensor, unitLength: boolean): Tensor {
  const scaled = (layer: Tensor) => {
    if (!unitLength) return layer
    // Brought to 1 first where it is larger: squares of 1e20 are beyond float32.
    const largest = withoutGradient(() => maximum(max(abs(layer), -1, true), 1))
    const near = div(layer, largest)
    // ε under the root, for its derivative at 0 is infinite.
    return div(near, sqrt(add(sum(square(near), -1, true), div(smallestSquare, square(largest)))))
  }
  const places = sum(square(sub(scaled(x), scaled(y))), -1)
  return mean(reshape(places, [x.shape[0], -1]), 1)
}
