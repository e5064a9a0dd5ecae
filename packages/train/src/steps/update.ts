/** One update of one player: losses, gradients, one read of the device, the guard, the optimizer. @module */
import { scope } from '@gen/backend'
import type { Batches } from '@gen/model'
import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { UpdateStep } from '../optimizers/optimizer.ts'
import { rateAt } from '../schedule.ts'
import { accumulateGradients } from './accumulate.ts'
import { guard } from './guard.ts'
import { measure } from './measure.ts'
import type { PlayerRun, UpdatePlace } from './player-run.ts'

/** Options of {@link updatePlayer}. */
export interface UpdateOptions {
  /** Batches whose gradients are averaged. */
  readonly accumulate: number
  /** The norm above which gradients are scaled down; Infinity never does. */
  readonly clipNorm: number
}

/** What one update tells. */
export interface UpdateReport {
  readonly losses: Record<string, number>
  readonly learningRate: number
  readonly gradientNorm: number
  /** Rows of batches it trained on. */
  readonly rows: number
}

/**
 * Updates a player once. Until all losses and gradients are known to be finite, nothing is changed.
 *
 * @throws GenError `non-finite`; then the player's variables and state are as before.
 */
export async function updatePlayer<B>(
  run: PlayerRun<B>,
  batches: Batches<B>,
  place: UpdatePlace,
  { accumulate, clipNorm }: UpdateOptions,
): Promise<UpdateReport> {
  const memory = scope()
  const before = run.state.map((variable) => memory.keep(variable.clone()))
  try {
    const { names, rows, readings, gradients } = await accumulateGradients(run, batches, place, accumulate, memory)
    const measured = await measure({ names, readings, gradients, accumulate })
    await guard({ run, batches, place, accumulate, measured })
    const { losses, gradientNorm } = measured
    const clip = gradientNorm > clipNorm ? clipNorm / gradientNorm : 1
    const learningRate = rateAt(run.optimizer.learningRate, place.round)
    applyGradients(run, gradients, { learningRate, step: place.update, gradientScale: clip / accumulate })
    return { losses, learningRate, gradientNorm, rows }
  } catch (error) {
    run.state.forEach((variable, i) => {
      variable.assign(before[i]!)
    })
    throw error
  } finally {
    memory.dispose()
  }
}

/** Variables that the loss does not reach keep their values and slots. */
function applyGradients<B>(run: PlayerRun<B>, gradients: readonly (Tensor | undefined)[], step: UpdateStep): void {
  const reached = gradients.flatMap((gradient, i) => (gradient ? [i] : []))
  const pick = (list: readonly Tensor[]) => reached.map((i) => list[i]!)
  const slots = Object.fromEntries(Object.entries(run.slots).map(([name, list]) => [name, pick(list)]))
  const next = tidy(() => {
    const { values, slots: nextSlots } = run.optimizer.update(
      pick(run.variables),
      reached.map((i) => gradients[i]!),
      slots,
      step,
    )
    return { values, slots: nextSlots }
  })
  reached.forEach((i, place) => {
    const value = next.values[place]!
    run.variables[i]!.assign(value)
    value.dispose()
    for (const [name, list] of Object.entries(next.slots)) {
      run.slots[name]![i]!.dispose()
      run.slots[name]![i] = list[place]!
    }
  })
}
