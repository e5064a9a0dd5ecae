/** The way from noise to pictures, kept call by call. @module */
import type { SampleStep } from '@gen/diffusion'
import { dispose, type Tensor } from '@tensorflow/tfjs-core'

/** A moment of the way. */
export interface Moment {
  /** x_t. */
  readonly noisy: Float32Array<ArrayBuffer>
  /** What the network takes it for, x̂₀. */
  readonly guess: Float32Array<ArrayBuffer>
}

/** Moments of what `sample` draws, one for each call of the network, the pictures last. */
export async function recorded(
  sample: (onStep: (step: SampleStep) => Promise<void>) => Promise<Tensor>,
): Promise<readonly Moment[]> {
  const moments: Moment[] = []
  const drawn = await sample(async ({ x, clean }) => {
    moments.push({ noisy: await readTensor(x), guess: await readTensor(clean) })
  })
  const last = await readTensor(drawn)
  dispose(drawn)
  return [...moments, { noisy: last, guess: last }]
}

/** The moment at a share of the way, 0 to 1. */
export function momentAt(moments: readonly Moment[], share: number): Moment {
  return moments[Math.floor(Math.min(1, share) * (moments.length - 1))]!
}

/** A copy of a tensor's numbers. */
export async function readTensor(tensor: Tensor): Promise<Float32Array<ArrayBuffer>> {
  return Float32Array.from(await tensor.data())
}

/** A function that keeps its last answer. */
export function rememberedAsync<A extends object, R>(compute: (asked: A) => Promise<R>): (asked: A) => Promise<R> {
  let [name, answer]: [string, Promise<R> | undefined] = ['', undefined]
  return (asked) => {
    const own = JSON.stringify(asked)
    if (own !== name || !answer) answer = compute(asked)
    name = own
    return answer
  }
}
