/** Every schedule × prediction × sampler, and every spacing, runs and stays finite; also from where no signal is. */
import { key, useBackend } from '@gen/backend'
import { memory } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { adaptiveCase, samplerCases } from '../fixtures/sampler-cases.ts'
import {
  cosine,
  dataPrediction,
  diffusion,
  discreteSchedule,
  edmPrediction,
  evenSpacing,
  exponentialSpacing,
  flowPrediction,
  karrasSpacing,
  leadingSpacing,
  linear,
  logSnrLinear,
  noisePrediction,
  pointDenoiser,
  rectifiedFlow,
  scaledLinear,
  shifted,
  sigmoidSchedule,
  squaredCosine,
  trailingSpacing,
  varianceExploding,
  velocityPrediction,
  zeroTerminalSnr,
} from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const schedules = [
  ...[cosine(), squaredCosine(), linear(), scaledLinear(), sigmoidSchedule(), logSnrLinear(), varianceExploding()],
  ...[rectifiedFlow(), discreteSchedule(), shifted(cosine(), { shift: 2 }), zeroTerminalSnr(linear())],
]
const predictions = [noisePrediction(), dataPrediction(), velocityPrediction(), flowPrediction(), edmPrediction()]
const spacings = [evenSpacing(), leadingSpacing(), trailingSpacing(), karrasSpacing(), exponentialSpacing()]

it('some of the schedules begin without signal', () => {
  expect(schedules.filter(({ alpha }) => alpha(1) === 0).length).toBeGreaterThanOrEqual(2)
})

describe.each(schedules.map((schedule) => [schedule.config.kind, schedule] as const))('schedule %s', (_, schedule) => {
  it.each(predictions.map((prediction) => [prediction.config.kind, prediction] as const))(
    'prediction %s, by every sampler, along every spacing',
    async (_kind, prediction) => {
      if (schedule.alpha(1) === 0 && prediction.needsSignal) return
      const before = memory().numTensors
      const network = pointDenoiser({ size: 2, hidden: [4], key: key(0) })
      const model = diffusion({ network, schedule, prediction })
      for (const [i, { name, make }] of [...samplerCases, adaptiveCase].entries()) {
        const sampler = make({ steps: 5, spacing: spacings[i % spacings.length]! })
        const points = await model.sample({ count: 2, key: key(i), sampler })
        const values = [...points.dataSync()]
        points.dispose()
        expect(values.every(Number.isFinite), `${name}: ${values}`).toBe(true)
      }
      model.dispose()
      expect(memory().numTensors).toBe(before)
    },
  )
})
