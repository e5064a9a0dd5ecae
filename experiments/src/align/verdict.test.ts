/** The verdict on pairs of models, by hand. */
import { describe, expect, it } from 'vitest'
import type { Row } from '../experiment.ts'
import { pairType, verdict } from './verdict.ts'

describe('pairType', () => {
  it('goes by both ends of a pair', () => {
    expect(pairType('vae-to-flow')).toBe('into a flow')
    expect(pairType('gan-to-diffusion')).toBe('into a diffusion model')
    expect(pairType('flow-to-vae')).toBe('out of a flow or a diffusion model')
    expect(pairType('vae-to-gan')).toBe('type 3: GAN and VAE')
    expect(pairType('vae-to-split-vae')).toBe('type 2: same class')
    expect(pairType('vae-to-vae-2')).toBe('type 1: re-training')
  })
})

const pair = (mapped: number, baseline: number, r2: number): Row => ({
  latent: { r2 },
  methods: {},
  images: {
    reconstruction: { mean: 1 },
    target: { mean: 2 },
    mapped: { mean: mapped },
    baselines: { meanImage: { mean: baseline } },
  },
  mappedCurve: [
    { size: 8, error: 1.2 },
    { size: 16, error: 1.05 },
    { size: 32, error: 1 },
  ],
})

describe('verdict', () => {
  it('means over the pairs of a type, and counts those that beat every baseline', () => {
    const rows = { 'vae-to-gan': pair(3, 5, 0.5), 'gan-to-vae': pair(5, 5, 0.7), models: { kept: true } }
    const { 'type 3: GAN and VAE': summary, ...others } = verdict(rows)
    expect(others).toEqual({})
    expect(summary).toMatchObject({ pairs: 2, M: 4, R: 1, throughTarget: 2, meanImage: 5, beatAllBaselines: 0.5 })
    expect(summary).toMatchObject({ r2: 0.6, sizeWithinTenPercent: 16 })
    expect(summary).not.toHaveProperty('nonLinearGain')
  })
})
