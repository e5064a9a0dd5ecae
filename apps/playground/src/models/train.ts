/** How models that come with the site are trained. @module */
import type { Key } from '@gen/backend'
import type { Batches, Trainable } from '@gen/model'
import { adam, cosineDecay, fit, warmup } from '@gen/train'

/** A training of a fixed number of steps. */
export interface Recipe<B> {
  readonly name: string
  readonly steps: number
  readonly rate: number
  readonly beta1?: number
  /** Decay of the averages. @default 0.998 */
  readonly ema?: number
  readonly model: Trainable<B>
  readonly batches: Batches<B>
  readonly key: Key
  /** Called every 500 steps and at the end, while the model holds its averages. @default nothing */
  readonly look?: (step: number) => Promise<void>
}

/** Trains with Adam at a rate that rises, then falls as a cosine, leaves averaged weights, and says where it is. */
export async function train<B>({
  name,
  steps,
  rate,
  beta1 = 0.9,
  ema: decay = 0.998,
  model,
  batches,
  key: k,
  look,
}: Recipe<B>): Promise<void> {
  const optimizer = adam({
    learningRate: warmup({ steps: 100, to: cosineDecay({ from: rate, steps: steps - 100 }) }),
    beta1,
  })
  const players = model.players.map((player) => player.name).filter((player) => player !== 'discriminator')
  const options = {
    steps,
    optimizer,
    ema: { decay, players },
    clipNorm: 100,
    key: k,
    ...(look && { sampleEvery: 500 }),
  }
  for await (const event of fit(model, batches, options)) {
    if (event.type === 'step' && event.step % 50 === 0) console.log(name, event.step, JSON.stringify(event.losses))
    if (event.type === 'sample' || event.type === 'end') await look?.(event.step)
  }
}
