/** What is learned from a source of tokens that is known: a Markov chain. @module */
import { fold, key, uniformArray, useBackend } from '@gen/backend'
import type { SyncBatches } from '@gen/model'
import { adamW, cosineDecay, fit, last } from '@gen/train'
import { dispose, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { ardm, gpt, type TokenModel, type TokenPresetOptions } from './index.ts'

beforeAll(async () => {
  await useBackend()
})

const [size, length] = [3, 4]
const first = [0.5, 0.3, 0.2]
const next = [
  [0.1, 0.8, 0.1],
  [0.2, 0.1, 0.7],
  [0.6, 0.3, 0.1],
]
const rowOf = (us: Float32Array): number[] => {
  const row: number[] = []
  for (const u of us) {
    const [a = 0, b = 0] = row.length === 0 ? first : next[row.at(-1)!]!
    row.push(u < a ? 0 : u < a + b ? 1 : 2)
  }
  return row
}
const probability = (row: readonly number[]) =>
  row.reduce((p, token, i) => p * (i === 0 ? first[token]! : next[row[i - 1]!]![token]!), 1)
const sequences = Array.from({ length: size ** length }, (_, i) =>
  Array.from({ length }, (_, place) => Math.floor(i / size ** place) % size),
)
const entropy = sequences.reduce((sum, row) => sum - probability(row) * Math.log(probability(row)), 0)

const batches: SyncBatches = {
  at: (index) => {
    const us = uniformArray(fold(key(5), index), 64, length)
    const rows = Array.from({ length: 64 }, (_, i) => rowOf(us.subarray(i * length, (i + 1) * length)))
    return { x: tensor2d(rows, [64, length], 'int32') }
  },
}

async function trained(preset: (options: TokenPresetOptions) => TokenModel, steps: number): Promise<TokenModel> {
  const model = preset({ vocabulary: size, length, width: 16, depth: 2, heads: 2, key: key(1) })
  const optimizer = adamW({ learningRate: cosineDecay({ from: 1e-2, steps }) })
  await last(fit(model, batches, { steps, optimizer, ema: 0.98, key: key(2) }))
  return model
}

/** Mean of −log p (or its bound) over the chain itself, in nats. */
async function nats(model: TokenModel): Promise<number> {
  const x = tensor2d(sequences, [sequences.length, length], 'int32')
  const logProb = await model.logProb(x, { draws: 200, key: key(6) })
  const values = logProb.dataSync()
  dispose([x, logProb])
  return sequences.reduce((sum, row, i) => sum - probability(row) * values[i]!, 0)
}

/** Total variation between samples and the chain: of whole sequences, and of each step from a token to the next. */
async function distances(model: TokenModel): Promise<{ whole: number; steps: number }> {
  const count = 4000
  const drawn = await model.sample({ count, key: key(7), batchSize: 1000 })
  const rows = await drawn.array()
  drawn.dispose()
  const shares = new Map<string, number>()
  for (const row of rows) shares.set(row.join(), (shares.get(row.join()) ?? 0) + 1 / count)
  const whole = sequences.reduce((sum, row) => sum + Math.abs((shares.get(row.join()) ?? 0) - probability(row)) / 2, 0)
  const pairs = rows.flatMap((row) => row.slice(1).map((token, i) => [row[i]!, token] as const))
  const worst = next.map((odds, from) => {
    const own = pairs.filter(([token]) => token === from)
    return odds.reduce(
      (sum, p, to) => sum + Math.abs(own.filter(([, token]) => token === to).length / own.length - p) / 2,
      0,
    )
  })
  return { whole, steps: Math.max(...worst) }
}

// 4,000 samples of the chain itself are about 0.05 from it in whole sequences, and 0.01 in steps.
it.each([
  ['from left to right', gpt, 300, 0.01],
  ['in any order', ardm, 900, 0.06],
] as const)(
  '%s, samples have the frequencies of the chain, and the nats its entropy',
  async (_, preset, steps, gap) => {
    const model = await trained(preset, steps)
    const { whole, steps: pairs } = await distances(model)
    expect(whole).toBeLessThan(0.12)
    expect(pairs).toBeLessThan(0.04)
    const found = await nats(model)
    expect(found).toBeGreaterThan(entropy - 0.02)
    expect(found).toBeLessThan(entropy + gap)
    model.dispose()
  },
)
