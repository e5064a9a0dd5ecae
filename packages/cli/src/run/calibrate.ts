/** How many steps fit into a time: measured, not guessed. @module */
import { key } from '@gen/backend'
import type { Batch } from '@gen/data'
import { type Batches, fit, sgd, variablesOf } from '@gen/train'
import type { FamilyModel } from '../families/family.ts'

const warmUp = 3
const measured = 8

/**
 * Trains a throw-away model for a few steps and extrapolates; the first steps, which compile and allocate, do not count.
 *
 * @returns At least 1.
 */
export async function calibrate(create: () => FamilyModel, batches: Batches<Batch>, minutes: number): Promise<number> {
  const { trainable } = create()
  let started = 0
  try {
    const options = { steps: warmUp + measured, optimizer: sgd({ learningRate: 0 }), key: key(0) }
    for await (const event of fit(trainable, batches, options)) {
      if (event.type === 'step' && event.step === warmUp) started = performance.now()
    }
    const secondsPerStep = (performance.now() - started) / 1000 / measured
    return Math.max(1, Math.floor((minutes * 60) / secondsPerStep))
  } finally {
    for (const variable of Object.values(variablesOf(trainable))) variable.dispose()
  }
}
