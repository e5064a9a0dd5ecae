/** The laws of weightings, over all of them and all parameterizations. */
import { key, normal, useBackend } from '@gen/backend'
import {
  add,
  div,
  fill,
  mul,
  reshape,
  type Scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { diffusion } from '../../diffusion.ts'
import type { DenoisingNetwork } from '../../networks/network.ts'
import { dataPrediction } from '../../predictions/data-prediction.ts'
import { edmPrediction } from '../../predictions/edm-prediction.ts'
import { flowPrediction } from '../../predictions/flow-prediction.ts'
import { noisePrediction } from '../../predictions/noise-prediction.ts'
import type { Parameterization, RateTensors } from '../../predictions/parameterization.ts'
import { velocityPrediction } from '../../predictions/velocity-prediction.ts'
import { edmWeighting } from './edm-weighting.ts'
import { weightingFromConfig } from './from-config.ts'
import { minSnrWeighting } from './min-snr-weighting.ts'
import { p2Weighting } from './p2-weighting.ts'
import { plainWeighting } from './plain-weighting.ts'
import { sigmoidWeighting } from './sigmoid-weighting.ts'
import { snrWeighting } from './snr-weighting.ts'
import type { Weighting } from './weighting.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const predictions: Parameterization[] = [
  noisePrediction(),
  dataPrediction(),
  velocityPrediction(),
  flowPrediction(),
  edmPrediction({ sigmaData: 0.7 }),
]
const weightings: Weighting[] = [
  plainWeighting(),
  snrWeighting(),
  minSnrWeighting(),
  p2Weighting(),
  edmWeighting({ sigmaData: 0.7 }),
  sigmoidWeighting(),
]
const kinds = <P extends { config: { kind: string } }>(pieces: readonly P[]) =>
  pieces.map((piece) => [piece.config.kind, piece] as const)

/** The weight of the network's own output at a signal ratio, as training has it. */
function outputWeight(weighting: Weighting, prediction: Parameterization, alpha: number): number {
  return tidy(() => {
    const scale = { signal: tensor1d([Math.sqrt(alpha)]), noise: tensor1d([Math.sqrt(1 - alpha)]) }
    if (!weighting.of) return 1
    return mul(weighting.of(tensor1d([alpha / (1 - alpha)])), square(prediction.gain(scale))).dataSync()[0]!
  })
}

const ratios = [0.001, 0.1, 0.5, 0.9, 0.999]

describe('weights of the network’s output are the papers’', () => {
  const snr = (alpha: number) => alpha / (1 - alpha)
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

  it.each<[string, Weighting, Parameterization, (alpha: number) => number]>([
    ['SNR of ε', snrWeighting(), noisePrediction(), () => 1],
    ['SNR of x₀', snrWeighting(), dataPrediction(), snr],
    ['SNR + 1 of x₀, where plain for v', plainWeighting(), velocityPrediction(), () => 1],
    ['min-SNR of ε', minSnrWeighting(), noisePrediction(), (a) => Math.min(snr(a), 5) / snr(a)],
    ['min-SNR of x₀', minSnrWeighting(), dataPrediction(), (a) => Math.min(snr(a), 5)],
    ['min-SNR of v', minSnrWeighting(), velocityPrediction(), (a) => Math.min(snr(a), 5) / (snr(a) + 1)],
    ['P2 of ε', p2Weighting({ gamma: 0.5, k: 2 }), noisePrediction(), (a) => (2 + snr(a)) ** -0.5],
    ['sigmoid of ε', sigmoidWeighting({ bias: 1 }), noisePrediction(), (a) => sigmoid(1 - Math.log(snr(a)))],
    ['EDM of its own', edmWeighting({ sigmaData: 0.3 }), edmPrediction({ sigmaData: 0.3 }), () => 1],
    ['EDM for unit variance of v', edmWeighting({ sigmaData: 1 }), velocityPrediction(), () => 1],
  ])('%s', (_name, weighting, prediction, expected) => {
    for (const alpha of ratios) expect(outputWeight(weighting, prediction, alpha) / expected(alpha)).toBeCloseTo(1, 3)
  })
})

const [center, deviation] = [0.4, 0.7]

/** E[x₀ | x] and E[ε | x] for normal data. */
function expectations(x: Tensor, { signal, noise }: RateTensors): { clean: Tensor; eps: Tensor } {
  const share = div(mul(signal, deviation ** 2), add(square(mul(signal, deviation)), square(noise)))
  const clean = add(mul(sub(x, mul(signal, center)), share), center)
  return { clean, eps: div(sub(x, mul(clean, signal)), noise) }
}

/** The best output for normal data, off by `slope · x + offset`. */
function bestNetwork(prediction: Parameterization): { network: DenoisingNetwork; slope: Variable; offset: Variable } {
  const [slope, offset] = [0, 0].map(() => tidy(() => variable(tensor1d([0])))) as [Variable, Variable]
  const denoise: DenoisingNetwork['denoise'] = (input, alpha) => {
    const ratio = reshape(alpha, [-1, 1])
    const scale = { signal: sqrt(ratio), noise: sqrt(sub(1, ratio)) }
    const x = prediction.input ? div(input, prediction.input(fill([1, 1], 1), scale)) : input
    const { clean, eps } = expectations(x, scale)
    return add(prediction.target(clean, eps, scale), add(mul(x, slope), offset))
  }
  return { network: { shape: [1], denoise, variables: () => [slope, offset] }, slope, offset }
}

describe.each(kinds(predictions))('for prediction %s', (_kind, prediction) => {
  it.each(kinds(weightings))('weighting %s is least for the same denoiser', (_name, weighting) => {
    const { network, slope, offset } = bestNetwork(prediction)
    const model = diffusion({ network, prediction, weighting })
    const count = 40_000
    const x = tidy(() => add(mul(normal(key(1), [count, 1]), deviation), center))
    for (const alpha of [0.1, 0.5, 0.9]) {
      const slopes = (by: number) =>
        tidy(() => {
          slope.assign(tensor1d([by]))
          offset.assign(tensor1d([by]))
          const level = fill([count], alpha) as Tensor1D
          const { grads } = variableGrads(() => sum(model.lossAt({ x }, level, key(2))) as Scalar, [slope, offset])
          return [slope, offset].map(({ name }) => grads[name]!.dataSync()[0]!)
        })
      const [at, off] = [slopes(0), slopes(0.1)]
      at.forEach((value, i) => {
        expect(Math.abs(value)).toBeLessThan(0.15 * Math.abs(off[i]! - value))
      })
    }
    slope.dispose()
    offset.dispose()
    x.dispose()
  })
})

it('EDM’s loss of a network that knows nothing is 1 a dimension at every level', () => {
  const network: DenoisingNetwork = { shape: [2], denoise: (x) => mul(x, 0), variables: () => [] }
  const sigmaData = 0.6
  const pieces = { prediction: edmPrediction({ sigmaData }), weighting: edmWeighting({ sigmaData }) }
  const model = diffusion({ network, ...pieces })
  tidy(() => {
    const x = mul(normal(key(3), [20_000, 2]), sigmaData)
    for (const alpha of [1e-4, 0.1, 0.5, 0.9, 0.9999]) {
      const losses = model.lossAt({ x }, fill([20_000], alpha) as Tensor1D, key(4))
      expect(Math.abs(sum(losses).dataSync()[0]! / 40_000 - 1)).toBeLessThan(0.03)
    }
  })
})

it.each(kinds(weightings))('weighting %s comes back from its configuration as JSON', (_kind, weighting) => {
  expect(weightingFromConfig(JSON.parse(JSON.stringify(weighting.config))).config).toEqual(weighting.config)
})

it.each([
  () => minSnrWeighting({ gamma: 0 }),
  () => p2Weighting({ k: 0 }),
  () => p2Weighting({ gamma: -1 }),
  () => edmWeighting({ sigmaData: 0 }),
  () => sigmoidWeighting({ bias: Number.NaN }),
])('%s is refused', (make) => {
  expect(make).toThrow(/^diffusion\.\w+Weighting: expected (gamma|k|sigmaData|bias)/)
})
