/** Parity with diffusers, flow_matching and torchcfm along the axes, on the same data, noise and outputs (fixtures/diffusion). @module */
import { readFileSync } from 'node:fs'
import { useBackend } from '@gen/backend'
import { div, mean, mul, type Scalar, scalar, type Tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { lossKey, peerInputs } from './fixtures/peer-inputs.ts'
import {
  cosine,
  dataPrediction,
  diffuse,
  diffusion,
  discreteSchedule,
  edmPrediction,
  flowPrediction,
  linear,
  minSnrWeighting,
  type NoiseSchedule,
  noisePrediction,
  type Parameterization,
  rectifiedFlow,
  shifted,
  velocityPrediction,
  zeroTerminalSnr,
} from './index.ts'
import { type Level, levelOf, levelOfFlowTime, levelOfSigma } from './schedules/level.ts'

interface Sampled {
  readonly state: number[]
  readonly velocity: number[]
}

interface Expected {
  readonly ratios: Readonly<Record<'linear' | 'scaledLinear' | 'squaredCosine' | 'zeroTerminal', number[]>>
  readonly velocity: {
    readonly noisy: number[]
    readonly velocity: number[]
    readonly snr: number[]
    readonly minSnr: Readonly<Record<'noise' | 'velocity' | 'data', number[]>>
  }
  readonly edm: { readonly input: number[]; readonly clean: number[] }
  readonly flow: Sampled & { readonly target: number[]; readonly epsilon: number[]; readonly loss: number }
  readonly matcher: Sampled
  readonly shift: number[]
  readonly paths: Readonly<Record<'linear' | 'cosine', { signal: number[]; noise: number[] }>>
}

const file = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/diffusion/${name}.json`, import.meta.url), 'utf8')
const expected = JSON.parse(file('axes')) as Expected
const inputs = peerInputs()
const { rows, columns } = inputs
const shape: [number, number] = [rows, columns]
const [x0, eps, output] = [inputs.x0, inputs.eps, inputs.output].map((values) => () => tensor2d(values, shape)) as [
  () => Tensor,
  () => Tensor,
  () => Tensor,
]
const column = (values: number[]) => tensor2d(values, [values.length, 1])
const scalesOf = (levels: Level[]) => ({
  signal: column(levels.map(({ signal }) => signal)),
  noise: column(levels.map(({ noise }) => noise)),
})

beforeAll(async () => {
  await useBackend('cpu')
})

it('the fixture’s inputs are ours', () => {
  expect(JSON.parse(file('inputs'))).toEqual(inputs)
})

describe('diffusers’ schedules', () => {
  const places = [...Array.from({ length: 28 }, (_, i) => 37 * i), 999]

  it.each<[string, NoiseSchedule, number[]]>([
    ['linear', discreteSchedule(), expected.ratios.linear],
    [
      'scaled_linear',
      discreteSchedule({ betas: 'scaledLinear', betaStart: 0.00085, betaEnd: 0.012 }),
      expected.ratios.scaledLinear,
    ],
    ['squaredcos_cap_v2', discreteSchedule({ betas: 'squaredCosine' }), expected.ratios.squaredCosine],
    ['linear, rescaled to zero terminal SNR', zeroTerminalSnr(discreteSchedule()), expected.ratios.zeroTerminal],
  ])('%s', (_name, schedule, ratios) => {
    const list = ratios.map((_, i) => places[i]!)
    // Theirs are products in float32, whose errors grow to a few parts in 10⁵ of the noise end's.
    expect(list.map((i) => schedule.alpha(i / 999))).toBeAllClose(ratios, { rtol: 1e-4, atol: 1e-8 })
  })

  it('shift 3 of FlowMatchEuler', () => {
    const schedule = shifted(rectifiedFlow({ start: 0.001 }), { shift: 3 })
    const tau = (alpha: number) => Math.sqrt(1 - alpha) / (Math.sqrt(alpha) + Math.sqrt(1 - alpha))
    const times = expected.shift.map((_, i) => (1 - i / 10 - 0.001) / 0.999)
    expect(times.map((t) => tau(schedule.alpha(t)))).toBeAllClose(expected.shift, { rtol: 1e-6 })
  })
})

describe('flow_matching’s paths of unit variance', () => {
  const [clean, dark] = [Math.cos(0.0005 * Math.PI), Math.cos(0.4995 * Math.PI)]

  it.each<['linear' | 'cosine', NoiseSchedule, (time: number) => number]>([
    ['linear', linear({ start: 0.001 }), (time) => (time - 0.001) / 0.999],
    ['cosine', cosine({ maxSignalRate: clean, minSignalRate: dark }), (time) => (time - 0.001) / 0.998],
  ])('%s', (name, schedule, timeOf) => {
    const levels = inputs.times.map((time) => levelOf(schedule.alpha(timeOf(time))))
    expect(levels.map(({ signal }) => signal)).toBeAllClose(expected.paths[name].signal, { rtol: 1e-6 })
    expect(levels.map(({ noise }) => noise)).toBeAllClose(expected.paths[name].noise, { rtol: 1e-6 })
  })
})

describe('diffusers’ noisy samples, velocities and weights', () => {
  const schedule = discreteSchedule()
  const alphas = inputs.steps.map((i) => schedule.alpha(i / 999))

  it('the forward process and v', () => {
    tidy(() => {
      const noisy = diffuse(x0(), tensor1d(alphas), eps())
      expect(noisy.dataSync()).toBeAllClose(expected.velocity.noisy, { rtol: 1e-4, atol: 1e-5 })
      const v = velocityPrediction().target(x0(), eps(), scalesOf(alphas.map(levelOf)))
      expect(v.dataSync()).toBeAllClose(expected.velocity.velocity, { rtol: 1e-4, atol: 1e-4 })
    })
  })

  it.each<['noise' | 'velocity' | 'data', Parameterization]>([
    ['noise', noisePrediction()],
    ['velocity', velocityPrediction()],
    ['data', dataPrediction()],
  ])('min-SNR-5 of %s', (name, prediction) => {
    tidy(() => {
      const snr = tensor1d(alphas.map((alpha) => alpha / (1 - alpha)))
      expect(snr.dataSync()).toBeAllClose(expected.velocity.snr, { rtol: 1e-3 })
      const gains = prediction.gain(scalesOf(alphas.map(levelOf))).dataSync()
      const weights = [...minSnrWeighting().of!(snr).dataSync()].map((weight, i) => weight * gains[i]! ** 2)
      expect(weights).toBeAllClose(expected.velocity.minSnr[name], { rtol: 1e-3 })
    })
  })
})

it('EDM’s published scalings', () => {
  tidy(() => {
    const prediction = edmPrediction({ sigmaData: 0.5 })
    const levels = inputs.sigmas.map(levelOfSigma)
    const scale = scalesOf(levels)
    const x = diffuse(x0(), tensor1d(levels.map(({ signal }) => signal ** 2)), eps())
    expect(prediction.input!(x, scale).dataSync()).toBeAllClose(expected.edm.input, { rtol: 1e-4, atol: 1e-4 })
    const { clean } = prediction.read(output(), x, scale)
    expect(clean.dataSync()).toBeAllClose(expected.edm.clean, { rtol: 1e-4, atol: 1e-4 })
  })
})

describe('flow matching', () => {
  const levels = inputs.times.map(levelOfFlowTime)
  const alphas = levels.map(({ signal }) => signal ** 2)

  it.each<[string, Sampled]>([
    ['flow_matching’s CondOTProbPath', expected.flow],
    ['torchcfm’s ConditionalFlowMatcher', expected.matcher],
  ])('the path and the velocity of %s, whose time runs the other way', (_name, sampled) => {
    tidy(() => {
      const scale = scalesOf(levels)
      // Ours has unit variance: theirs times 1/(s + n) … of the straight path.
      const straight = div(
        diffuse(x0(), tensor1d(alphas), eps()),
        column(levels.map(({ signal, noise }) => signal + noise)),
      )
      expect(straight.dataSync()).toBeAllClose(sampled.state, { rtol: 1e-5, atol: 1e-5 })
      const velocity = mul(flowPrediction().target(x0(), eps(), scale), -1)
      expect(velocity.dataSync()).toBeAllClose(sampled.velocity, { rtol: 1e-5, atol: 1e-5 })
    })
  })

  it('x̂₀ and ε of an output', () => {
    tidy(() => {
      const x = diffuse(x0(), tensor1d(alphas), eps())
      const { clean, eps: noise } = flowPrediction().read(mul(output(), -1), x, scalesOf(levels))
      expect(clean.dataSync()).toBeAllClose(expected.flow.target, { rtol: 1e-4, atol: 1e-5 })
      expect(noise.dataSync()).toBeAllClose(expected.flow.epsilon, { rtol: 1e-4, atol: 1e-5 })
    })
  })

  it('the loss, on noise of the loss’s own key', () => {
    const network = { shape: [columns], denoise: () => tidy(() => mul(output(), -1)), variables: () => [] }
    const model = diffusion({ network, schedule: rectifiedFlow(), prediction: flowPrediction() })
    tidy(() => {
      const losses = model.lossAt({ x: x0() }, tensor1d(alphas), lossKey)
      const loss = div(mean(losses), scalar(columns)) as Scalar
      expect(loss.dataSync()[0]! / expected.flow.loss).toBeCloseTo(1, 5)
    })
  })
})
