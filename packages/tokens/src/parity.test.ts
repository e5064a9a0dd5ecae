/** Parity with flow_matching's discrete loss and PyTorch's transformer (fixtures/tokens). @module */
import { readFileSync } from 'node:fs'
import { useBackend } from '@gen/backend'
import {
  mean,
  type Scalar,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tensor2d,
  tensor3d,
  tidy,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { tokenTransformer } from './index.ts'
import { maskedNats } from './processes/masked-nats.ts'

interface Peers {
  readonly loss: {
    readonly x: number[][]
    readonly masked: number[][]
    readonly maskedShare: number[]
    readonly logits: number[]
    readonly loss: number[]
    readonly gradient: number[]
  }
  readonly transformer: {
    readonly sizes: { rows: number; length: number; size: number; width: number; depth: number; heads: number }
    readonly x: number[][]
    readonly weights: Readonly<Record<string, number[]>>
    readonly logits: { readonly full: number[]; readonly causal: number[] }
  }
}

const peers = JSON.parse(readFileSync(new URL('../../../fixtures/tokens/peers.json', import.meta.url), 'utf8')) as Peers
const { sizes } = peers.transformer

beforeAll(async () => {
  await useBackend('cpu')
})

describe('the loss of masked diffusion', () => {
  it('is flow_matching’s generalized KL along the path to a mask, with its gradient, on the same noise', () => {
    const { x, masked, maskedShare, logits, loss, gradient } = peers.loss
    const masks = { masked: Uint8Array.from(masked.flat()), weights: Float32Array.from(maskedShare, (t) => 1 / t) }
    tidy(() => {
      const given = variable(tensor3d(logits, [x.length, sizes.length, sizes.size]))
      const seen: number[][] = []
      const ours = () => {
        const of = (canvas: Tensor2D): Tensor3D => {
          seen.push(...(canvas.arraySync() as number[][]))
          return given as unknown as Tensor3D
        }
        return maskedNats({ size: sizes.size, of }, tensor2d(x, [x.length, sizes.length], 'int32'), masks)
      }
      expect(ours().dataSync()).toBeAllClose(loss, { rtol: 1e-5 })
      expect(seen).toEqual(x.map((row, i) => row.map((token, j) => (masked[i]![j] === 1 ? sizes.size : token))))
      const { grads } = variableGrads(() => mean(ours()) as Scalar, [given])
      expect(grads[given.name]!.dataSync()).toBeAllClose(gradient, { rtol: 1e-4, atol: 1e-6 })
      given.dispose()
    })
  })
})

describe('the transformer', () => {
  it.each(['full', 'causal'] as const)('is PyTorch’s of the same weights (%s)', (kind) => {
    const { x, weights, logits } = peers.transformer
    const { rows: _, ...options } = sizes
    const network = tokenTransformer({ ...options, causal: kind === 'causal', window: 0 })
    const order = Object.values(weights)
    const variables = network.variables()
    expect(variables.length).toBe(order.length)
    tidy(() => {
      variables.forEach((one, i) => {
        one.assign(tensor(order[i]!, one.shape))
      })
      const y = network.apply(tensor2d(x, [x.length, sizes.length], 'int32'))
      expect(y.dataSync()).toBeAllClose(logits[kind], { rtol: 1e-4, atol: 2e-5 })
    })
    for (const one of variables) one.dispose()
  })
})
