import { useBackend } from '@gen/backend'
import { sinusoidalEmbedding } from '@gen/nn'
import { type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { frequencies, logSnrLayer } from './noise-level.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** Distance between the embeddings of the noise levels σ and factor·σ, where α = 1/(1 + σ²). */
function distance(sigma: number, factor: number): number {
  const rows = tidy(() => {
    const alphas = [sigma, factor * sigma].map((s) => [1 / (1 + s * s)])
    const level = logSnrLayer().apply(tensor2d(alphas)) as Tensor
    return (sinusoidalEmbedding({ size: 32, ...frequencies }).apply(level) as Tensor).arraySync() as number[][]
  })
  return Math.hypot(...rows[0]!.map((value, i) => value - rows[1]![i]!))
}

it('is log(α/(1 − α)), and finite at both ends', () => {
  const [low, middle, high, zero, one] = tidy(() => [
    ...(logSnrLayer().apply(tensor2d([[0.0004], [0.5], [0.9025], [0], [1]])) as Tensor).dataSync(),
  ]) as [number, number, number, number, number]
  expect([low, middle, high]).toBeAllClose([Math.log(0.0004 / 0.9996), 0, Math.log(0.9025 / 0.0975)], { atol: 1e-5 })
  expect(zero).toBeLessThan(-13)
  expect(one).toBeGreaterThan(13)
  expect(Number.isFinite(zero + one)).toBe(true)
})

it('counts what is closer than 1e-6 to either end as that far away', () => {
  const levels = (alphas: number[]) =>
    tidy(() => [...(logSnrLayer().apply(tensor2d(alphas.map((alpha) => [alpha]))) as Tensor).dataSync()])
  const end = Math.log(1e-6 / (1 - 1e-6))
  // float32 holds 1 − 1e-6 to 3 %.
  expect(levels([0, 1e-7, 1e-6, 1 - 1e-7, 1])).toBeAllClose([end, end, end, -end, -end], { atol: 0.05 })
  expect(levels([2e-6, 1e-5])).toBeAllClose([Math.log(2e-6), Math.log(1e-5)], { atol: 1e-4 })
})

it('tells 10 % more noise at every level from σ = 0.002 to 80, smoothly', () => {
  for (let sigma = 0.002; sigma < 80; sigma *= 2) {
    expect(distance(sigma, 1.1)).toBeGreaterThan(1)
    expect(distance(sigma, 1.1)).toBeLessThan(5)
    expect(distance(sigma, 2)).toBeGreaterThan(2)
  }
  // Not so close to 1 that float32 rounds α itself by as much.
  for (let sigma = 0.1; sigma < 80; sigma *= 2) expect(distance(sigma, 1.002)).toBeLessThan(0.15)
})
