/** Parity with pythae: losses and gradients on the same data, weights and noise (fixtures/vae). @module */

import { readFileSync } from 'node:fs'
import { key, useBackend } from '@gen/backend'
import { bernoulliLikelihood, gaussianLikelihood } from '@gen/losses'
import type { Network } from '@gen/model'
import {
  concat,
  dispose,
  matMul,
  mean,
  ones,
  sigmoid,
  type Tensor2D,
  tanh,
  tensor,
  tensor2d,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { projectedGradient } from './divergences/regularized.ts'
import {
  importanceWeighted,
  klDivergence,
  mmdDivergence,
  noDivergence,
  pointPosterior,
  quantizedPosterior,
  regularized,
  totalCorrelationDivergence,
  type Vae,
  type VaeOptions,
  vae,
} from './index.ts'
import { type PythaeInputs, pythaeInputs, weightShapes } from './testing/pythae-inputs.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

interface Result {
  readonly loss: number
  readonly reconstruction: number
  readonly gradients: Readonly<Record<string, number[]>>
  readonly reg_loss?: number
  readonly mmd_loss?: number
  readonly vq_loss?: number
  readonly gen_reg_loss?: number
  readonly codebook?: number[]
}

function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/vae/${name}.json`, import.meta.url), 'utf8')) as T
}

const expected = fixture<Record<string, Result>>('pythae')
const inputs = pythaeInputs()
const { batch, pixels, latent, draws, codes } = inputs.sizes
const close = { rtol: 1e-5, atol: 1e-5 }
/** What a Gaussian of variance 1/2 has besides the squared error, for each item. */
const constant = pixels * 0.5 * Math.log(Math.PI)
const squaredError = { likelihood: gaussianLikelihood({ deviation: Math.SQRT1_2 }) }

type Weights = Record<keyof typeof weightShapes, Variable>

/** The fixture's networks, bias-free perceptrons; for squared errors the decoder ends in a sigmoid, as pythae's does. */
function build(pieces: Partial<VaeOptions>, output: 'logits' | 'mean'): { model: Vae; weights: Weights } {
  const weights = Object.fromEntries(
    Object.entries(weightShapes).map(([name, shape]) => {
      const values = inputs.weights[name as keyof Weights]
      return [name, tidy(() => variable(tensor2d(values, [...shape])))]
    }),
  ) as unknown as Weights
  const w = (name: keyof Weights) => weights[name] as Tensor2D
  const isPoint = pieces.posterior !== undefined
  const encoder: Network = {
    inputShape: [pixels],
    outputShape: [isPoint ? latent : 2 * latent],
    variables: () =>
      (['encoderIn', 'encoderMean', ...(isPoint ? [] : ['encoderLogVariance'])] as const).map(
        (n) => weights[n as keyof Weights],
      ),
    apply: (x) =>
      tidy(() => {
        const h = tanh(matMul(x as Tensor2D, w('encoderIn')))
        const mu = matMul(h, w('encoderMean'))
        return isPoint ? mu : concat([mu, matMul(h, w('encoderLogVariance'))], 1)
      }),
  }
  const decoder: Network = {
    inputShape: [latent],
    outputShape: [pixels],
    variables: () => [weights.decoderIn, weights.decoderOut],
    apply: (z) =>
      tidy(() => {
        const logits = matMul(tanh(matMul(z as Tensor2D, w('decoderIn'))), w('decoderOut'))
        return output === 'mean' ? sigmoid(logits) : logits
      }),
  }
  return { model: vae({ shape: [pixels], latentSize: latent, encoder, decoder, ...pieces }), weights }
}

/** Our losses and gradients, with the key from which the fixture's noise comes. */
function measure(pieces: Partial<VaeOptions>, output: 'logits' | 'mean') {
  const { model, weights } = build(pieces, output)
  const x = tensor2d(inputs.x, [batch, pixels])
  try {
    return tidy(() => {
      let numbers: Record<string, number> = {}
      const { grads } = variableGrads(() => {
        const losses = model.players[0].loss({ x }, key(50))
        numbers = Object.fromEntries(Object.entries(losses).map(([name, value]) => [name, value.dataSync()[0]!]))
        return losses.total
      }, model.variables())
      const named = Object.entries(weights).map(([name, v]) => [name, grads[v.name]] as const)
      const gradients = Object.fromEntries(named.flatMap(([name, g]) => (g ? [[name, [...g.dataSync()]]] : [])))
      return { numbers, gradients, model: { state: model.players[0].state?.().map((v) => [...v.dataSync()]) } } as never
    }) as { numbers: Record<string, number>; gradients: Record<string, number[]>; model: { state: number[][] } }
  } finally {
    dispose([x, ...Object.values(weights)])
    dispose(model.players[0].state?.() ?? [])
  }
}

function agree(gradients: Record<string, number[]>, { gradients: theirs }: Result): void {
  expect(Object.keys(gradients).sort()).toEqual(Object.keys(theirs).sort())
  for (const [name, values] of Object.entries(theirs)) expect(gradients[name]).toBeAllClose(values, close)
}

describe('the same losses and gradients as pythae', () => {
  it('from the same numbers', () => {
    expect(JSON.parse(JSON.stringify(inputs))).toEqual(fixture<PythaeInputs>('inputs'))
  })

  it('VAE', () => {
    const { numbers, gradients } = measure({ likelihood: bernoulliLikelihood(), divergence: klDivergence() }, 'logits')
    expect([numbers.total, numbers.reconstruction, numbers.kl]).toBeAllClose(
      [expected.vae!.loss, expected.vae!.reconstruction, expected.vae!.reg_loss!],
      close,
    )
    agree(gradients, expected.vae!)
  })

  it('β-TC-VAE', () => {
    const divergence = totalCorrelationDivergence({ datasetSize: batch, beta: 6 })
    const { numbers, gradients } = measure({ likelihood: bernoulliLikelihood(), divergence }, 'logits')
    expect([numbers.total]).toBeAllClose([expected.betaTc!.loss], close)
    agree(gradients, expected.betaTc!)
  })

  it('IWAE: the gradient is that of pythae’s Σ w̃ log w; its value is theirs of the same weights', () => {
    const divergence = importanceWeighted({ draws })
    const seen: number[] = []
    const watched = {
      ...divergence,
      loss: (pass: Parameters<typeof divergence.loss>[0]) => {
        seen.push(...logWeightsOf(pass))
        return divergence.loss(pass)
      },
    }
    const { gradients } = measure({ likelihood: bernoulliLikelihood(), divergence: watched }, 'logits')
    const items = Array.from({ length: batch }, (_, i) => seen.filter((_value, row) => row % batch === i))
    const value = items.map((logs) => {
      const most = Math.max(...logs)
      const shares = logs.map((log) => Math.exp(log - most))
      const total = shares.reduce((sum, share) => sum + share, 0)
      return logs.reduce((sum, log, k) => sum + (shares[k]! / total) * log, 0)
    })
    expect([-value.reduce((sum, v) => sum + v, 0) / batch]).toBeAllClose([expected.iwae!.loss], close)
    agree(gradients, expected.iwae!)
  })

  it('WAE-MMD', () => {
    const divergence = mmdDivergence({ weight: 10 })
    const { numbers, gradients } = measure({ ...squaredError, posterior: pointPosterior(), divergence }, 'mean')
    const { loss, reconstruction, mmd_loss } = expected.wae!
    expect([numbers.total! - constant, numbers.reconstruction! - constant, numbers.mmd]).toBeAllClose(
      [loss, reconstruction, mmd_loss!],
      close,
    )
    agree(gradients, expected.wae!)
  })

  it('RAE with L2 (pythae leaves the weights’ decay to the optimizer)', () => {
    const divergence = regularized({ codeWeight: 0.05, weight: 0 })
    const { numbers, gradients } = measure({ ...squaredError, posterior: pointPosterior(), divergence }, 'mean')
    expect([numbers.total! - constant]).toBeAllClose([expected.raeL2!.loss], close)
    agree(gradients, expected.raeL2!)
  })

  it('RAE’s gradient penalty (pythae takes it with respect to pixels, along a vector of ones)', () => {
    const { model, weights } = build(
      { ...squaredError, posterior: pointPosterior(), divergence: noDivergence() },
      'mean',
    )
    const penalty = tidy(() => {
      const x = tensor2d(inputs.x, [batch, pixels])
      return mean(projectedGradient((point) => model.reconstruct(point), x, ones(x.shape))).dataSync()[0]!
    })
    dispose(Object.values(weights))
    expect([penalty]).toBeAllClose([expected.raeGp!.gen_reg_loss!], close)
  })

  it('VQ-VAE, and the codebook after the step', () => {
    // pythae's commitment is a mean over the numbers of a code, ours a sum.
    const commitment = 0.25 / latent
    const posterior = quantizedPosterior({ size: latent, codes, commitment, revive: 0, key: key(0) })
    for (const place of [0, 2])
      tidy(() => posterior.state!()[place]!.assign(tensor(inputs.weights.codebook, [codes, latent])))
    const { numbers, gradients, model } = measure({ ...squaredError, posterior, divergence: noDivergence() }, 'mean')
    const { loss, vq_loss, codebook } = expected.vq!
    expect([numbers.total! - constant, numbers.commitment]).toBeAllClose([loss, vq_loss!], close)
    agree(gradients, expected.vq!)
    expect(model.state[0]).toBeAllClose(codebook!, close)
  })
})

/** log p(x|z) + log p(z) − log q(z|x), without the constants that pythae leaves out: they cancel. */
function logWeightsOf({
  q,
  z,
  logLikelihood,
  prior,
}: Parameters<ReturnType<typeof importanceWeighted>['loss']>[0]): number[] {
  return tidy(() => {
    const [mu, lv, codesDrawn] = [q.mean.dataSync(), q.logVariance.dataSync(), z.dataSync()]
    const priorLog = prior.logProb(z).dataSync()
    return [...logLikelihood.dataSync()].map((value, row) => {
      let own = 0
      for (let j = 0; j < latent; j++) {
        const at = row * latent + j
        own -= 0.5 * ((codesDrawn[at]! - mu[at]!) ** 2 / Math.exp(lv[at]!) + lv[at]! + Math.log(2 * Math.PI))
      }
      return value + priorLog[row]! - own
    }) as never
  }) as unknown as number[]
}
