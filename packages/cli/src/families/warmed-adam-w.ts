/** The optimizers whose rate warms up and falls. @module */
import { adam, adamW, cosineDecay, type Optimizer, type RateSchedule, warmup } from '@gen/train'

/** Its flags. */
export interface WarmedAdamWOptions {
  /** At its highest. */
  readonly learningRate: number
  readonly weightDecay: number
}

/** AdamW at a rate that warms up for a tenth of the steps, a hundred at most, and then falls as a cosine to a hundredth. */
export function warmedAdamW({ learningRate, weightDecay }: WarmedAdamWOptions, steps: number): Optimizer {
  return adamW({ learningRate: warmed(learningRate, steps), weightDecay })
}

/** Adam at the same rate, or AdamW where weights are to decay. */
export function warmedAdam(options: WarmedAdamWOptions, steps: number): Optimizer {
  if (options.weightDecay > 0) return warmedAdamW(options, steps)
  return adam({ learningRate: warmed(options.learningRate, steps) })
}

function warmed(rate: number, steps: number): RateSchedule {
  const falling = cosineDecay({ from: rate, to: rate / 100, steps })
  return warmup({ steps: Math.min(100, Math.ceil(steps / 10)), to: falling })
}
