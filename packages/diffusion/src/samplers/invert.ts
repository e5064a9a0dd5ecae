/** From data to the noise that makes them. @module */
import { assertInteger, assertShape, breather, type Labels, refusal } from '@gen/backend'
import { add, mul, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { contextOf, requireContext } from '../context.ts'
import { sampledPrediction } from '../guidance/predict-at.ts'
import { readLabels } from '../labels.ts'
import type { SampleModel } from '../sample.ts'
import { cleanEnd, type Level } from '../schedules/level.ts'
import { evenSpacing } from '../spacings/even.ts'
import { assertLevels } from '../spacings/spacing.ts'

/** Options of `encode`. */
export interface InversionOptions {
  /** Steps of the sampling that is undone. @default 20 */
  steps?: number
  /** Network calls per step: more come closer to the exact inverse. @default 3 */
  iterations?: number
  /** Class of each row, or one for all, for a model with classes; `classes` itself means no class. */
  labels?: Labels | undefined
  /** What else is known, a row for each or one for all, for a network that takes a context. */
  context?: Tensor | undefined
  /** Stops with an error `aborted`. */
  signal?: AbortSignal | undefined
}

const where = 'diffusion.encode'

/** Inverts a model's deterministic sampling; see `Diffusion.encode`. */
export async function invertModel(model: SampleModel, x: Tensor, options: InversionOptions): Promise<Tensor> {
  const { steps = 20, iterations = 3, signal } = options
  assertInteger(where, 'steps', steps, { min: 1 })
  assertInteger(where, 'iterations', iterations, { min: 1 })
  assertShape(where, 'x', x, [null, ...model.network.shape])
  const labels = await readLabels(where, options.labels, { rows: x.shape[0] ?? 0, classes: model.classes })
  requireContext(where, model, options.context, x.shape[0] ?? 0)
  const breathe = breather()
  const label = labels && tensor1d(labels, 'int32')
  const context = contextOf(where, model, options.context, { offset: 0, rows: x.shape[0] ?? 0 })
  const condition = { ...(label && { label }), ...(context && { context }) }
  const { data, classes, selfConditioning } = model
  const prediction = sampledPrediction(model.predict, { condition, nullLabel: classes, data, selfConditioning })
  const levels = assertLevels(evenSpacing()(model.schedule, steps), steps).slice(0, -1)
  let [state, from] = [data.normalize(x), cleanEnd]
  try {
    for (const to of levels.reverse()) {
      if (signal?.aborted)
        throw refusal('aborted', where, { expected: 'to go on', got: 'aborted', cause: signal.reason })
      const old = state
      state = noiseStep(old, from, to, iterations, (guess) => prediction.predict(guess, to).eps)
      old.dispose()
      from = to
      await breathe()
    }
    return state
  } catch (error) {
    state.dispose()
    throw error
  } finally {
    prediction.dispose()
    label?.dispose()
    context?.dispose()
  }
}

/**
 * Undoes one DDIM step from level `to` down to `from`. The state x before it solves
 * `x = r · x′ + (n − r n′) · ε(x)` with `r = s / s′`: iterated from x′. Steps that are small enough contract; where few steps make
 * large ones, points between modes may not come back.
 */
function noiseStep(after: Tensor, from: Level, to: Level, iterations: number, noiseIn: (x: Tensor) => Tensor): Tensor {
  const ratio = to.signal / from.signal
  const weight = to.noise - ratio * from.noise
  return tidy(() => {
    const scaled = mul(after, ratio)
    let before: Tensor = after
    for (let i = 0; i < iterations; i++) {
      const guess = before
      before = tidy(() => add(scaled, mul(noiseIn(guess), weight)))
    }
    return before
  })
}
