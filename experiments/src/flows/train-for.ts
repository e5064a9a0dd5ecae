/** Training for a time, with what every experiment that does so has in common. @module */
import type { Key } from '@gen/backend'
import { adam, type Batches, cosineDecay, fit, type Optimizer, type Trainable, warmup } from '@gen/train'

/** Options of {@link trainFor}. */
export interface TrainForOptions {
  seconds: number
  /** The highest learning rate: reached in the first steps, then falling as a cosine, to 0 when the time is over. */
  rate: number
  key: Key
  /** @default 5 */
  clipNorm?: number
  /** @default none */
  ema?: number
  /** Called after each step with the share of the time that is spent. */
  onStep?(step: number, losses: Readonly<Record<string, number>>, share: number): void | Promise<void>
  /** Called every so many steps, while the model holds its averaged weights. */
  sampleEvery?: number
  onSample?(step: number, share: number): Promise<void>
}

/** What was done in the time. */
export interface Trained {
  readonly steps: number
  readonly seconds: number
  readonly millisecondsPerStep: number
}

const warmUpSteps = 100

/** Adam with a rate that rises for some steps and then falls as a cosine until the run is over. */
function risingAndFalling(rate: number): (steps: number) => Optimizer {
  return (steps) => {
    const falling = cosineDecay({ from: rate, steps: Math.max(1, steps - warmUpSteps) })
    return adam({ learningRate: warmup({ steps: warmUpSteps, to: falling }) })
  }
}

/** Trains the only player of a model, and leaves its averaged weights; time spent in the callbacks does not count. */
export async function trainFor<B>(
  model: Trainable<B>,
  batches: Batches<B>,
  { seconds, rate, key, clipNorm = 5, ema, sampleEvery, onStep, onSample }: TrainForOptions,
): Promise<Trained> {
  const start = performance.now()
  let elsewhere = 0
  const spent = () => (performance.now() - start - elsewhere) / 1000
  const averages = { ...(ema && { ema }), ...(sampleEvery && { sampleEvery }) }
  let steps = 0
  const options = { until: { seconds, counts: 'training' }, optimizer: risingAndFalling(rate), clipNorm, key } as const
  for await (const event of fit(model, batches, { ...options, ...averages })) {
    const paused = performance.now()
    if (event.type === 'step') {
      steps = event.step
      await onStep?.(steps, Object.values(event.losses)[0] ?? {}, spent() / seconds)
    } else if (event.type === 'sample') await onSample?.(steps, spent() / seconds)
    elsewhere += performance.now() - paused
  }
  const total = spent()
  return { steps, seconds: total, millisecondsPerStep: (1000 * total) / steps }
}
