/** The likelihood of diffusion models: against known densities, and on digits beside the flows'. @module */
import { fold, key } from '@gen/backend'
import { mnist, type Toy, toy } from '@gen/data'
import {
  type Diffusion,
  dataPrediction,
  diffusion,
  flowMatching,
  logLikelihood,
  logNormalTimes,
  pointDenoiser,
  rectifiedFlow,
} from '@gen/diffusion'
import { adamW, cosineDecay, fit, last } from '@gen/train'
import {
  add,
  dispose,
  div,
  expandDims,
  matMul,
  mul,
  slice,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { dequantized, digitFlowSteps, trainedDigitFlow } from './few-steps/digit-flow.ts'

const points = 1000
const images = 100
const trainedSteps = 1500

/** Bits per dimension of the digits, and nats of a ring of eight Gaussians. */
export const diffusionLikelihood: Experiment = {
  name: 'diffusion-likelihood',
  description:
    'log p(x) by the probability-flow ODE: a ring of Gaussians of known density; MNIST, in bits per dimension',
  minutes: 8,
  rows: {
    'ring, exact denoiser': async ({ seed }) => {
      const ring = toy('gaussianRing')
      return onToy(ring, exactModel(ring), { seed, tolerance: 1e-3 })
    },
    'ring, trained': async ({ seed, progress }) => {
      const ring = toy('gaussianRing')
      const model = flowMatching({
        network: pointDenoiser({ size: 2, hidden: [128, 128, 128], key: fold(key(seed), 0) }),
        times: logNormalTimes({ mean: -1.5, std: 2 }),
        std: 2,
      })
      const optimizer = adamW({ learningRate: cosineDecay({ from: 3e-3, to: 1e-5, steps: trainedSteps }) })
      const batches = ring.batches({ size: 512, key: fold(key(seed), 1) })
      progress(`training ${trainedSteps} steps`)
      await last(fit(model, batches, { steps: trainedSteps, optimizer, ema: 0.999, key: fold(key(seed), 2) }))
      const row = await onToy(ring, model, { seed, tolerance: 1e-3 })
      model.dispose()
      return { ...row, steps: trainedSteps }
    },
    digits: onDigits,
  },
  columns: ({ truth, nats, gap, bitsPerDim, standardError, calls, steps }) => ({
    ...{
      'NLL, nats': nats,
      'the truth': truth,
      gap,
      'bits per dimension': bitsPerDim,
      'standard error': standardError,
    },
    ...{ calls, steps },
  }),
}

async function onToy(
  of: Toy,
  model: Diffusion,
  { seed, tolerance }: { seed: number; tolerance: number },
): Promise<Row> {
  const x = of.sample(points, fold(key(seed), 9))
  const truth = of.logDensity(x)
  const { nats, bitsPerDim, calls } = await logLikelihood(model, x, { key: key(0), tolerance, batchSize: points })
  const [known, found] = [[...truth.dataSync()], [...nats.dataSync()]]
  dispose([x, truth, nats, bitsPerDim])
  const errors = found.map((value, i) => Math.abs(value - known[i]!))
  const row = { points, tolerance, truth: -mean(known), nats: -mean(found), meanError: mean(errors) }
  return { ...row, gap: row.nats - row.truth, calls }
}

/** With the denoiser that has a closed form: what the solver and the ends of the path leave. */
function exactModel({ modes, deviation = 1 }: Toy): Diffusion {
  const denoise = (x: Tensor, alpha: Tensor1D) =>
    tidy(() => {
      const centers = tensor2d((modes ?? []).map((mode) => [...mode]))
      const ratio = expandDims(alpha, 1)
      const variance = add(mul(ratio, deviation ** 2), sub(1, ratio))
      const cross = mul(matMul(x as Tensor2D, centers, false, true), sqrt(ratio))
      const squares = sub(mul(ratio, sum(square(centers), 1)), mul(cross, 2))
      const center = matMul(softmax(div(squares, mul(variance, -2))) as Tensor2D, centers)
      const pull = div(mul(sqrt(ratio), deviation ** 2), variance)
      return add(center, mul(pull, sub(x, mul(center, sqrt(ratio)))))
    })
  const network = { shape: [2], denoise, variables: () => [] }
  return diffusion({ network, schedule: rectifiedFlow(), prediction: dataPrediction() })
}

/** Digits that no training saw, dequantized as the flows take them: one draw of the noise and one probe each. */
async function onDigits(context: RowContext): Promise<Row> {
  const model = await trainedDigitFlow('likelihood', context)
  const test = await mnist({ split: 'test' })
  const { x: whole, labels } = test.take(Array.from({ length: images }, (_, i) => i))
  const x = dequantized(whole, fold(key(context.seed), 8))
  dispose([whole, ...(labels ? [labels] : [])])
  const bits: number[] = []
  let asked = 0
  const start = process.cpuUsage()
  for (let from = 0; from < images; from += batch) {
    context.progress(`${from} of ${images} images, ${asked} calls`)
    const part = slice(x, from, batch)
    const found = await logLikelihood(model, part, {
      key: fold(key(context.seed), from),
      tolerance,
      levels: 256,
      batchSize: batch,
    })
    bits.push(...found.bitsPerDim.dataSync())
    asked += found.calls
    dispose([part, found.nats, found.bitsPerDim])
  }
  const { user, system } = process.cpuUsage(start)
  x.dispose()
  model.dispose()
  const spread = Math.sqrt(mean(bits.map((value) => (value - mean(bits)) ** 2)) / images)
  const processorSeconds = (user + system) / 1e6 / images
  const calls = Math.round((asked * batch) / images)
  return {
    images,
    bitsPerDim: mean(bits),
    standardError: spread,
    calls,
    tolerance,
    processorSecondsPerImage: processorSeconds,
    steps: digitFlowSteps,
  }
}

const batch = 50
const tolerance = 1e-2

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}
