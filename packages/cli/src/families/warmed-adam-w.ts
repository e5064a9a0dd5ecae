/** The optimizer of networks that predict noise or tokens. @module */
import { adamW, cosineDecay, type Optimizer, warmup } from '@gen/train'

/** Its flags. */
export interface WarmedAdamWOptions {
  /** At its highest. */
  readonly learningRate: number
  readonly weightDecay: number
}

/** AdamW at a rate that warms up for a tenth of the steps, a hundred at most, and then falls as a cosine to a hundredth. */
export function warmedAdamW({ learningRate, weightDecay }: WarmedAdamWOptions, steps: number): Optimizer {
  const falling = cosineDecay({ from: learningRate, to: learningRate / 100, steps })
  return adamW({ learningRate: warmup({ steps: Math.min(100, Math.ceil(steps / 10)), to: falling }), weightDecay })
}
