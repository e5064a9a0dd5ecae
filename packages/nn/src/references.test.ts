import { key, useBackend } from '@gen/backend'
import { add, dispose, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'
import { beforeAll, expect, it } from 'vitest'
import * as nn from './index.ts'
import { modelOf, numbers, perturb, run } from './testing.ts'

type Matrix = number[][]

beforeAll(async () => {
  await useBackend('cpu')
})

/** Runs a layer with weights off their initial values; gives the output and the weights by name, in float64. */
function evaluate(layer: layers.Layer, inputs: Tensor[]): { y: number[]; weights: Record<string, number[]> } {
  const dtype = inputs[0]!.dtype === 'int32' ? 'int32' : undefined
  const network = modelOf(
    layer,
    inputs.map((x) => x.shape),
    dtype,
  )
  perturb(network, key(99))
  const y = run(network, inputs)
  const named = network.weights.map(
    (w) => [w.originalName.split('/').at(-1)!, Array.from(w.read().dataSync())] as const,
  )
  const result = { y: [...y.dataSync()], weights: Object.fromEntries(named) }
  y.dispose()
  network.dispose()
  return result
}

/** Consecutive rows of a flat list. */
function rowsOf(values: ArrayLike<number>, columns: number): Matrix {
  return Array.from({ length: values.length / columns }, (_, r) =>
    Array.from(values).slice(r * columns, (r + 1) * columns),
  )
}

function multiply(a: Matrix, b: Matrix, bias: number[] = []): Matrix {
  return a.map((row) => b[0]!.map((_, c) => row.reduce((total, x, i) => total + x * b[i]![c]!, bias[c] ?? 0)))
}

/** Group norm of one sample, positions × channels. */
function normalize(x: Matrix, groups: number, scale: number[], offset: number[]): Matrix {
  const width = x[0]!.length / groups
  const out = x.map((row) => [...row])
  for (let g = 0; g < groups; g++) {
    const channels = Array.from({ length: width }, (_, i) => g * width + i)
    const values = x.flatMap((row) => channels.map((c) => row[c]!))
    const mean = values.reduce((total, v) => total + v, 0) / values.length
    const variance = values.reduce((total, v) => total + (v - mean) ** 2, 0) / values.length
    for (const [r, row] of x.entries()) {
      for (const c of channels) out[r]![c] = ((row[c]! - mean) / Math.sqrt(variance + 1e-5)) * scale[c]! + offset[c]!
    }
  }
  return out
}

const silu = (x: number) => x / (1 + Math.exp(-x))

it('groupNormalization: the mean and variance of each group, then SiLU', () => {
  const x = numbers(key(1), [2, 3, 2, 6], 3)
  const { y, weights } = evaluate(nn.groupNormalization({ groups: 3, activation: 'silu' }), [x])
  const samples = [0, 1].map((b) => rowsOf(x.dataSync().slice(b * 36, (b + 1) * 36), 6))
  const expected = samples.flatMap((sample) => normalize(sample, 3, weights.scale!, weights.offset!).flat().map(silu))
  expect(y).toBeAllClose(expected, { atol: 1e-5 })
  x.dispose()
})

it('adaptiveGroupNormalization and filmLayer: scale 1 + s and offset t from the embedding', () => {
  const [x, embedding] = [numbers(key(2), [2, 3, 4]), numbers(key(3), [2, 3])]
  const samples = [0, 1].map((b) => rowsOf(x.dataSync().slice(b * 12, (b + 1) * 12), 4))
  const parameters = (weights: Record<string, number[]>) =>
    multiply(rowsOf(embedding.dataSync(), 3), rowsOf(weights.kernel!, 8), weights.bias!).map((row) => ({
      scale: row.slice(0, 4).map((s) => 1 + s),
      offset: row.slice(4),
    }))
  const adaptive = evaluate(nn.adaptiveGroupNormalization({ groups: 2, key: key(4) }), [x, embedding])
  const p = parameters(adaptive.weights)
  const normalized = samples.map((sample, b) => normalize(sample, 2, p[b]!.scale, p[b]!.offset))
  expect(adaptive.y).toBeAllClose(normalized.flat(2), { atol: 1e-5 })
  const film = evaluate(nn.filmLayer({ key: key(4) }), [x, embedding])
  const q = parameters(film.weights)
  const modulated = samples.map((sample, b) =>
    sample.map((row) => row.map((value, c) => value * q[b]!.scale[c]! + q[b]!.offset[c]!)),
  )
  expect(film.y).toBeAllClose(modulated.flat(2), { atol: 1e-5 })
  dispose([x, embedding])
})

it('selfAttention: a softmax over all positions for each head, and a residual path', () => {
  const [heads, c, d] = [2, 10, 5]
  const x = numbers(key(5), [1, 2, 2, c])
  const { y, weights } = evaluate(nn.selfAttention({ heads, groups: 4, key: key(6) }), [x])
  const sample = rowsOf(x.dataSync(), c)
  // Of at most 4 groups, 2 divide 10 channels and leave at least 4 in each.
  const normalized = normalize(sample, 2, weights.scale!, weights.offset!)
  const q = multiply(normalized, rowsOf(weights.query!, c), weights.queryBias!)
  const k = multiply(normalized, rowsOf(weights.keys!, c))
  const v = multiply(normalized, rowsOf(weights.values!, c), weights.valuesBias!)
  const attended = sample.map((_, i) =>
    Array.from({ length: c }, (_, channel) => {
      const first = Math.floor(channel / d) * d
      const inner = (j: number) =>
        [0, 1, 2, 3, 4].reduce((total, e) => total + q[i]![first + e]! * k[j]![first + e]!, 0)
      const shares = sample.map((_, j) => Math.exp(inner(j) / Math.sqrt(d)))
      const total = shares.reduce((a, b) => a + b)
      return shares.reduce((sum, share, j) => sum + (share / total) * v[j]![channel]!, 0)
    }),
  )
  const out = multiply(attended, rowsOf(weights.output!, c), weights.outputBias!)
  expect(y).toBeAllClose(
    sample.flatMap((row, i) => row.map((value, j) => value + out[i]![j]!)),
    { atol: 1e-5 },
  )
  x.dispose()
})

it('sinusoidalEmbedding: geometric frequencies from lowest to highest', () => {
  const values = [0, 0.3, -1.7, 0.9996]
  const x = tensor(values, [4, 1])
  const { y } = evaluate(nn.sinusoidalEmbedding({ size: 8, minFrequency: 1, maxFrequency: 1000 }), [x])
  const angles = values.map((value) => [1, 10, 100, 1000].map((f) => 2 * Math.PI * f * Math.fround(value)))
  expect(y).toBeAllClose(
    angles.flatMap((row) => [...row.map(Math.sin), ...row.map(Math.cos)]),
    { atol: 2e-3 },
  )
  const low = evaluate(nn.sinusoidalEmbedding({ size: 2 }), [x])
  expect(low.y).toBeAllClose(
    values.flatMap((value) => [Math.sin(2 * Math.PI * value), Math.cos(2 * Math.PI * value)]),
    { atol: 1e-5 },
  )
  x.dispose()
})

it('fourierEmbedding: a Gaussian kernel on average', () => {
  const scale = 0.4
  const x = tensor([0, 0, 0.3, -0.2, 1, 0.5], [3, 2])
  const { y } = evaluate(nn.fourierEmbedding({ size: 4096, scale, key: key(7) }), [x])
  const rows = rowsOf(y, 4096)
  const kernel = (a: number, b: number) => rows[a]!.reduce((total, value, i) => total + value * rows[b]![i]!, 0) / 2048
  // E cos(2π f·Δ) over f ~ N(0, scale²I) is exp(−2π²·scale²·‖Δ‖²); its standard error is below 1/√2048 = 0.022.
  const expected = (squaredDistance: number) => Math.exp(-2 * Math.PI ** 2 * scale ** 2 * squaredDistance)
  expect([kernel(0, 1), kernel(1, 2), kernel(2, 2)]).toBeAllClose([expected(0.13), expected(0.98), 1], { atol: 0.07 })
  x.dispose()
})

it('classEmbedding: the vector of each label, also of "no class"', () => {
  const labels = tensor([2, 0, 3, 2], [4, 1], 'int32')
  const { y, weights } = evaluate(nn.classEmbedding({ classes: 3, size: 5, key: key(8) }), [labels])
  const table = rowsOf(weights.vectors!, 5)
  expect(table).toHaveLength(4)
  expect(y).toEqual([2, 0, 3, 2].flatMap((label) => table[label]!))
  labels.dispose()
})

it('minibatchStdDev: the mean deviation within each group', () => {
  const x = numbers(key(9), [4, 2, 3])
  const { y } = evaluate(nn.minibatchStdDev({ groupSize: 2 }), [x])
  const at = (b: number, i: number) => x.dataSync()[b * 6 + i]!
  const deviation = [0, 1].map((g) => {
    const spread = [0, 1, 2, 3, 4, 5].map((i) => Math.abs(at(g, i) - at(g + 2, i)) / 2)
    return spread.reduce((total, value) => total + value, 0) / 6
  })
  const last = rowsOf(y, 4).map((row) => row[3]!)
  expect(last).toBeAllClose(
    [0, 1, 0, 1].flatMap((g) => [deviation[g]!, deviation[g]!]),
    { atol: 1e-4 },
  )
  expect(rowsOf(y, 4).flatMap((row) => row.slice(0, 3))).toEqual([...x.dataSync()])
  x.dispose()
})

it('pixelShuffle: the order of depth to space, undone by pixelUnshuffle', () => {
  const x = tensor([0, 1, 2, 3, 4, 5, 6, 7], [1, 1, 2, 4])
  expect(evaluate(nn.pixelShuffle(), [x]).y).toEqual([0, 1, 4, 5, 2, 3, 6, 7])
  const again = tidy(() => {
    const there = nn.pixelShuffle().apply(x) as Tensor
    return [...(nn.pixelUnshuffle().apply(there) as Tensor).dataSync()]
  })
  expect(again).toEqual([...x.dataSync()])
  x.dispose()
})

it('residualBlock: starts as the identity with gain 0', () => {
  const x = numbers(key(10), [1, 3, 3, 4])
  const network = modelOf(nn.residualBlock({ channels: 4, gain: 0, key: key(11) }), [x.shape])
  const same = tidy(() => add(run(network, [x]), 0).dataSync())
  expect(same).toEqual(x.dataSync())
  x.dispose()
  network.dispose()
})
