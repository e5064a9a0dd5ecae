/** The laws of all combinations along the axes: they train, all of the network learns, and they come back from their configs. */
import { key, normal, useBackend } from '@gen/backend'
import { adamW, fit, readWeights, writeWeights } from '@gen/train'
import { dispose, memory, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  cosine,
  type Diffusion,
  type DiffusionOptions,
  dataPrediction,
  diffusion,
  diffusionFromConfig,
  discreteSchedule,
  edmPrediction,
  edmWeighting,
  flowPrediction,
  huber,
  importanceTimes,
  l1,
  l2,
  linear,
  logitNormalTimes,
  logNormalTimes,
  logSnrLinear,
  minSnrWeighting,
  noisePrediction,
  p2Weighting,
  plainWeighting,
  pointDenoiser,
  pseudoHuber,
  rectifiedFlow,
  scaledLinear,
  shifted,
  sigmoidSchedule,
  sigmoidWeighting,
  snrWeighting,
  squaredCosine,
  stratifiedTimes,
  uniformTimes,
  varianceExploding,
  velocityPrediction,
  zeroTerminalSnr,
} from './index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const schedules = [
  ...[cosine(), squaredCosine(), linear(), scaledLinear(), sigmoidSchedule(), logSnrLinear(), varianceExploding()],
  ...[rectifiedFlow(), discreteSchedule(), shifted(cosine(), { shift: 2 }), zeroTerminalSnr(linear())],
]
const predictions = [noisePrediction(), dataPrediction(), velocityPrediction(), flowPrediction(), edmPrediction()]
const weightings = [
  plainWeighting(),
  snrWeighting(),
  minSnrWeighting(),
  p2Weighting(),
  edmWeighting(),
  sigmoidWeighting(),
]
const distances = [l2(), l1(), huber(), pseudoHuber({ scale: 0.1 })]
const samplings = [
  uniformTimes(),
  stratifiedTimes(),
  logNormalTimes(),
  logitNormalTimes(),
  importanceTimes({ profile: [1, 2, 3] }),
]

const batch = () => ({ x: normal(key(8), [6, 2]), labels: tensor1d([0, 1, 0, 1, 0, 1], 'int32') })

/** The losses of three steps, whose last layer starts at zero: at the third all layers have moved. */
async function trained(model: Diffusion): Promise<number[]> {
  const losses: number[] = []
  const options = { steps: 3, optimizer: adamW({ learningRate: 1e-3 }), key: key(9) }
  for await (const event of fit(model, { at: batch }, options)) {
    if (event.type === 'step') losses.push(event.losses.denoiser!.total!)
  }
  return losses
}

const weightsOf = (model: Diffusion) => model.variables().map((weight) => [...weight.dataSync()])

const network = () => pointDenoiser({ size: 2, hidden: [4], classes: 2, key: key(0) })

describe.each(schedules.map((schedule, place) => [schedule.config.kind, schedule, place] as const))(
  'schedule %s',
  (_, schedule, place) => {
    it.each(predictions.map((prediction, other) => [prediction.config.kind, prediction, place + other] as const))(
      'trains prediction %s under every weighting, and comes back',
      async (_kind, prediction, turn) => {
        const given = { schedule, prediction, classes: 2 }
        if (schedule.alpha(1) === 0 && prediction.needsSignal) {
          const own = network()
          expect(() => diffusion({ ...given, network: own })).toThrow(expect.objectContaining({ code: 'range' }))
          return own.dispose()
        }
        for (const [i, weighting] of weightings.entries()) {
          const before = memory().numTensors
          const pieces = { loss: distances[i % 4]!, times: samplings[i % 5]!, weighting }
          const model = diffusion({ ...given, ...pieces, network: network() })
          const start = weightsOf(model)
          const losses = await trained(model)
          expect(losses.every(Number.isFinite)).toBe(true)
          const moved = weightsOf(model).map((values, place) => values.some((value, j) => value !== start[place]![j]))
          expect(moved.every(Boolean)).toBe(true)
          if (turn % weightings.length === i) await sameAgain(model)
          model.dispose()
          expect(memory().numTensors).toBe(before)
        }
      },
    )
  },
)

/** A model of the config has the same losses, to the bit. */
async function sameAgain(model: Diffusion): Promise<void> {
  const config = JSON.parse(JSON.stringify(model.config))
  const copy = diffusionFromConfig(config, { key: key(5) })
  expect(copy.config).toEqual(config)
  writeWeights(copy, await readWeights(model))
  const given = batch()
  const [one, other] = [model, copy].map((of) => of.players[0].loss(given, key(3)))
  expect(other!.total.dataSync()).toEqual(one!.total.dataSync())
  dispose([given, one, other])
  copy.dispose()
}

it('a model says ε and x̂₀ of whatever it predicts: they make up x', () => {
  for (const prediction of predictions) {
    const model = diffusion({ network: network(), classes: 2, prediction })
    const [x, alpha] = [normal(key(1), [3, 2]), tensor1d([0.2, 0.5, 0.8])]
    const [eps, clean] = [model.denoise(x, alpha), model.predictClean(x, alpha)]
    const [noise, data] = [eps.dataSync(), clean.dataSync()]
    const again = [0.2, 0.2, 0.5, 0.5, 0.8, 0.8].map((a, i) => Math.sqrt(a) * data[i]! + Math.sqrt(1 - a) * noise[i]!)
    expect(x.dataSync()).toBeAllClose(again, { rtol: 1e-5, atol: 1e-5 })
    dispose([x, alpha, eps, clean])
    model.dispose()
  }
})

describe('what is no piece is refused', () => {
  it.each<[string, Partial<DiffusionOptions>, string]>([
    [
      'a name',
      { prediction: 'velocity' as never },
      'expected prediction a piece such as velocityPrediction(), got "velocity"',
    ],
    ['a function', { weighting: minSnrWeighting as never }, 'expected weighting a piece such as minSnrWeighting()'],
    [
      'a config',
      { times: { kind: 'uniform' } as never },
      'expected times a piece such as logNormalTimes(), got {"kind":"uniform"}',
    ],
    ['half a condition', { selfConditioning: 1 as never }, 'expected selfConditioning true or false, got 1'],
    ['offsets of points', { offsetNoise: 0.1 }, 'expected offsetNoise 0 for points'],
    ['an unknown axis', { sampler: 1 } as never, 'expected options network, schedule, prediction, loss'],
  ])('%s', (_name, change, message) => {
    const own = network()
    expect(() => diffusion({ network: own, classes: 2, ...change })).toThrow(message)
    own.dispose()
  })
})
