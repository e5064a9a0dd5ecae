/** Initial weights from keys: the same on every backend and machine. @module */
import { assertKey, assertNumber, claimWeights, type Key, normalArray, uniformArray } from '@gen/backend'
import { type DataType, serialization, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { initializers } from '@tensorflow/tfjs-layers'
import { orthogonalColumns } from './orthogonal-columns.ts'

/** A tfjs initializer: goes wherever tfjs-layers takes one, for instance as `kernelInitializer`. */
export type Initializer = ReturnType<typeof initializers.ones>

/** Options of the keyed initializers. */
export interface InitializerOptions {
  /** Names the random numbers. */
  key: Key
  /** Multiplies the weights; 0 gives zeros. @default 1 */
  gain?: number
}

type Scheme = 'glorot' | 'he' | 'lecun' | 'orthogonal'

interface Config extends Required<InitializerOptions> {
  scheme: Scheme
}

/** tfjs-layers does not export the base class, and its layers accept only instances of it. */
export const InitializerBase: abstract new () => Initializer = Object.getPrototypeOf(initializers.zeros().constructor)

class KeyedInitializer extends InitializerBase {
  static className: string = 'GenKeyedInitializer'
  private readonly config: Config

  constructor({ scheme, key, gain }: Config) {
    super()
    assertKey(`nn.${scheme}`, 'key', key)
    const { hi, lo } = key
    assertNumber(`nn.${scheme}`, 'gain', gain, { exclusiveMin: -Infinity, exclusiveMax: Infinity })
    this.config = { scheme, key: { hi, lo }, gain }
  }

  override apply(shape: (number | null)[], dtype?: DataType): Tensor {
    const sizes = shape.map((n) => n ?? 1)
    claimWeights(`nn.${this.config.scheme}`, sizes)
    return tensor(draw(this.config, sizes), sizes, dtype ?? 'float32')
  }

  override getConfig(): serialization.ConfigDict {
    const { scheme, key, gain } = this.config
    return { scheme, key: { ...key }, gain }
  }
}
serialization.registerClass(KeyedInitializer as unknown as Parameters<typeof serialization.registerClass>[0])

/**
 * Uniform weights of variance `gain²·2/(fanIn + fanOut)`: for linear maps and tanh.
 *
 * @see Understanding the difficulty of training deep feedforward neural networks (Glorot & Bengio, 2010) https://proceedings.mlr.press/v9/glorot10a.html
 * @example
 * const layer = layers.dense({ units: 8, kernelInitializer: glorot({ key: key(0) }) })
 */
export function glorot({ key, gain = 1 }: InitializerOptions): Initializer {
  return new KeyedInitializer({ scheme: 'glorot', key, gain })
}

/**
 * Normal weights of variance `gain²·2/fanIn`: keeps the scale of signals through ReLU-like activations.
 *
 * @see Delving deep into rectifiers (He et al., 2015) https://arxiv.org/abs/1502.01852
 * @example
 * const layer = layers.conv2d({ filters: 8, kernelSize: 3, kernelInitializer: he({ key: key(0) }) })
 */
export function he({ key, gain = 1 }: InitializerOptions): Initializer {
  return new KeyedInitializer({ scheme: 'he', key, gain })
}

/**
 * Normal weights of variance `gain²/fanIn`: a linear map then keeps the variance of its input.
 *
 * @see Efficient BackProp (LeCun et al., 1998) http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf
 * @example
 * const layer = layers.dense({ units: 8, kernelInitializer: lecun({ key: key(0) }) })
 */
export function lecun({ key, gain = 1 }: InitializerOptions): Initializer {
  return new KeyedInitializer({ scheme: 'lecun', key, gain })
}

/**
 * Weights whose matrix `[rest, out]` has orthonormal columns (rows, if there are fewer of them), times `gain`.
 *
 * @see Exact solutions to the nonlinear dynamics of learning in deep linear neural networks (Saxe et al., 2013) https://arxiv.org/abs/1312.6120
 * @example
 * const layer = layers.dense({ units: 8, kernelInitializer: orthogonal({ key: key(0) }) })
 */
export function orthogonal({ key, gain = 1 }: InitializerOptions): Initializer {
  return new KeyedInitializer({ scheme: 'orthogonal', key, gain })
}

/** tfjs's zeros. */
export function zeros(): Initializer {
  return initializers.zeros()
}

/** tfjs's ones. */
export function ones(): Initializer {
  return initializers.ones()
}

// Float64 throughout and rounded to float32 once, so that no backend's arithmetic enters.
function draw({ scheme, key, gain }: Config, shape: number[]): Float32Array {
  const size = shape.reduce((product, n) => product * n, 1)
  if (scheme === 'orthogonal') return orthogonalColumns(key, size, shape[shape.length - 1] ?? 1, gain)
  const [fanIn, fanOut] = fans(shape)
  if (scheme === 'glorot') {
    const limit = gain * Math.sqrt(6 / (fanIn + fanOut))
    return uniformArray(key, 1, size).map((u) => limit * (2 * u - 1))
  }
  const deviation = gain * Math.sqrt((scheme === 'he' ? 2 : 1) / fanIn)
  return normalArray(key, 1, size).map((value) => deviation * value)
}

/** Connections into and out of one unit, for kernels `[…positions, in, out]`. */
function fans(shape: number[]): [fanIn: number, fanOut: number] {
  if (shape.length < 2) return [shape[0] ?? 1, shape[0] ?? 1]
  const [channelsIn, channelsOut] = shape.slice(-2) as [number, number]
  const positions = shape.slice(0, -2).reduce((product, n) => product * n, 1)
  return [positions * channelsIn, positions * channelsOut]
}
