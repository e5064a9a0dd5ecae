/** Places of a sequence as waves. @module */
import { serialization, type Tensor, tensor2d } from '@tensorflow/tfjs-core'
import { type Initializer, InitializerBase } from './initializer.ts'

class SinusoidInitializer extends InitializerBase {
  static className: string = 'GenSinusoidInitializer'
  private readonly gain: number

  constructor({ gain }: { gain: number }) {
    super()
    this.gain = gain
  }

  override apply(shape: (number | null)[]): Tensor {
    const [places, size] = shape as [number, number]
    return tensor2d(wavesOf(places, size, this.gain), [places, size])
  }

  override getConfig(): serialization.ConfigDict {
    return { gain: this.gain }
  }
}
serialization.registerClass(SinusoidInitializer as unknown as Parameters<typeof serialization.registerClass>[0])

/**
 * A row for each place: sines and cosines of it, of periods from 2π to 2π times the number of places, and of variance `gain²`.
 * The same linear map leads from each place to its neighbor, so one head finds the neighbors of all places.
 *
 * @see Attention is all you need (Vaswani et al., 2017), section 3.5 https://arxiv.org/abs/1706.03762
 */
export function sinusoids({ gain }: { gain: number }): Initializer {
  return new SinusoidInitializer({ gain })
}

function wavesOf(places: number, size: number, gain: number): Float32Array {
  const pairs = Math.ceil(size / 2)
  return Float32Array.from({ length: places * size }, (_, i) => {
    const [place, column] = [Math.floor(i / size), i % size]
    const angle = place * places ** (-Math.floor(column / 2) / Math.max(1, pairs - 1))
    return gain * Math.SQRT2 * (column % 2 === 0 ? Math.sin(angle) : Math.cos(angle))
  })
}
