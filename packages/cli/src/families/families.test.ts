/** Laws over the flags of all families: none is ignored, none is too large to refuse, all defaults are what the help says. */
import { GenError, key } from '@gen/backend'
import { characters } from '@gen/tokens'
import { variablesOf } from '@gen/train'
import { dispose, memory } from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it } from 'vitest'
import { valuesOf } from '../flags.ts'
import { kebab } from '../kebab.ts'
import { mostParameters } from '../limits.ts'
import type { FamilyDataset } from './family.ts'
import { families } from './index.ts'

type Data = FamilyDataset & { size: number }
const digits: Data = { shape: [28, 28, 1], classes: 10, size: 1000 }
const points: Data = { shape: [2], classes: 2, size: 1000 }
const text: Data = { shape: [8], size: 1000, vocabulary: characters() }

const made: (() => void)[] = []
afterEach(() => {
  for (const free of made.splice(0)) free()
})

function create(family: string, data: Data, given: Record<string, string> = {}) {
  const { flags, create: make } = families[family]!
  const values = valuesOf(family, flags, given)
  const model = make(values, data, key(0))
  const variables = variablesOf(model.trainable)
  made.push(() =>
    dispose([...Object.values(variables), ...model.trainable.players.flatMap(({ state }) => state?.() ?? [])]),
  )
  return { model, config: JSON.stringify(model.config) }
}

/** How a flag that changes neither data nor shape of the run must show: in the config, or in the optimizer. */
const changes: [family: string, data: Data, given: Record<string, string>, changed: Record<string, string>][] = [
  ['diffusion', points, {}, { widths: '8,8' }],
  ['diffusion', digits, { widths: '8,8', schedule: 'linear' }, { network: 'unet2d' }],
  ['diffusion', digits, { widths: '8,8' }, { depth: '2' }],
  ['diffusion', digits, { widths: '8,8' }, { attention: '1' }],
  ['diffusion', digits, { widths: '8,8' }, { told: 'small' }],
  ['diffusion', points, { widths: '8' }, { conditional: 'yes' }],
  ['diffusion', points, { widths: '8' }, { loss: 'l1' }],
  ['diffusion', points, { widths: '8' }, { schedule: 'linear' }],
  ['diffusion', points, { widths: '8' }, { prediction: 'noise' }],
  ['diffusion', points, { widths: '8' }, { weighting: 'min-snr' }],
  ['diffusion', points, { widths: '8' }, { times: 'log-normal' }],
  ['flow', points, { hidden: '8' }, { preset: 'maf' }],
  ['flow', points, { hidden: '8' }, { layers: '2' }],
  ['flow', points, {}, { hidden: '8,8' }],
  ['flow', points, { hidden: '8' }, { bins: '4' }],
  ['flow', points, { hidden: '8' }, { conditional: 'yes' }],
  ['flow', digits, { width: '4', 'steps-per-level': '1' }, { levels: '1' }],
  ['flow', digits, { width: '4', levels: '1' }, { 'steps-per-level': '1' }],
  ['flow', digits, { levels: '1', 'steps-per-level': '1' }, { width: '4' }],
  ['flow', digits, { width: '4', levels: '1', 'steps-per-level': '1' }, { noise: 'variational' }],
  ['gan', points, { widths: '8' }, { preset: 'lsgan' }],
  ['gan', digits, { widths: '4,4' }, { network: 'mlp' }],
  ['gan', points, { widths: '8' }, { latent: '5' }],
  ['gan', points, {}, { widths: '8' }],
  ['gan', points, { widths: '8' }, { conditional: 'yes' }],
  ['gan', points, { widths: '8', preset: 'wgan-gp' }, { weight: '3' }],
  ['gan', points, { widths: '8', preset: 'pacgan' }, { pack: '3' }],
  ['gan', points, { widths: '8' }, { 'discriminator-steps': '3' }],
  ['gan', digits, { widths: '4,4' }, { augment: 'translation' }],
  ['tokens', text, { width: '8' }, { preset: 'gpt' }],
  ['tokens', text, { width: '8' }, { width: '4' }],
  ['tokens', text, { width: '8' }, { depth: '1' }],
  ['tokens', text, { width: '8' }, { heads: '2' }],
  ['vae', points, { widths: '8' }, { preset: 'rae' }],
  ['vae', points, { widths: '8' }, { latent: '3' }],
  ['vae', digits, { widths: '4,4', latent: '2' }, { network: 'mlp' }],
  ['vae', points, {}, { widths: '8' }],
  ['vae', points, { widths: '8' }, { likelihood: 'learned' }],
  ['vae', points, { widths: '8', preset: 'beta' }, { beta: '3' }],
  ['vae', points, { widths: '8', preset: 'iwae' }, { draws: '3' }],
  ['vae', points, { widths: '8', preset: 'vamp' }, { components: '3' }],
  ['vae', points, { widths: '8', preset: 'vq' }, { codes: '3' }],
]

describe('flags of families', () => {
  it.each(changes)('%s of %j with %j: %j changes the model', (family, data, given, changed) => {
    expect(create(family, data, { ...given, ...changed }).config).not.toBe(create(family, data, given).config)
  })

  it('are all in that table, or of the optimizer', () => {
    const optimizers = ['learning-rate', 'weight-decay', 'discriminator-rate', 'beta1']
    // The length of sequences is the data's.
    const ofData = ['length']
    for (const [name, { flags }] of Object.entries(families)) {
      const held = changes.filter(([family]) => family === name).flatMap(([, , , changed]) => Object.keys(changed))
      expect([...held, ...optimizers, ...ofData], name).toEqual(expect.arrayContaining(Object.keys(flags).map(kebab)))
    }
  })

  it('have in effect the defaults that the help states', () => {
    expect(create('diffusion', digits).model.config).toMatchObject({
      kind: 'diffusion',
      network: { kind: 'unet', widths: [32, 64, 96], depth: 1, attention: [] },
      loss: { kind: 'l2' },
      classes: 0,
      schedule: { kind: 'cosine', maxSignalRate: 0.95, minSignalRate: 0.02 },
    })
    expect(create('diffusion', points).model.config).toMatchObject({ network: { hidden: [32, 64, 96], classes: 0 } })
    expect(create('gan', digits).model.latent?.latentSize).toBe(64)
    expect(create('gan', points).model.latent?.latentSize).toBe(4)
    expect(create('vae', digits, { widths: '4,4' }).model.latent?.latentSize).toBe(16)
    const { config } = create('flow', points)
    expect(config).toContain('"bins":16')
    expect(config).toContain('"hidden":[64,64]')
  })
})

type Rated = { name: string; config: object; learningRate: number | ((step: number) => number) }
const rateAt = ({ learningRate }: Rated, step: number) =>
  typeof learningRate === 'number' ? learningRate : learningRate(step)

function optimizers(family: string, given: Record<string, string> = {}): Record<string, Rated> {
  const { flags, optimizer } = families[family]!
  const made = optimizer(valuesOf(family, flags, given), 1000) as unknown as Rated | Record<string, Rated>
  return 'config' in made ? { all: made as Rated } : made
}

describe('optimizers', () => {
  it.each([
    ['diffusion', 2e-3, 'adamW', { beta1: 0.9, beta2: 0.999, weightDecay: 1e-4 }],
    ['flow', 2e-3, 'adam', { beta1: 0.9, beta2: 0.999 }],
    ['tokens', 3e-3, 'adamW', { beta1: 0.9, beta2: 0.999, weightDecay: 0.01 }],
    ['vae', 1e-3, 'adam', { beta1: 0.9, beta2: 0.999 }],
  ])('of %s warm up for 100 steps to %d, and fall to a hundredth', (family, rate, name, config) => {
    const { all } = optimizers(family)
    expect(all).toMatchObject({ name, config })
    expect(rateAt(all!, 1) / rate).toBeCloseTo(0.02, 3)
    expect(rateAt(all!, 50) / rate).toBeCloseTo(0.51, 2)
    const rates = Array.from({ length: 1000 }, (_, i) => rateAt(all!, i + 1))
    expect(Math.max(...rates)).toBeGreaterThan(0.97 * rate)
    expect(Math.max(...rates)).toBeLessThanOrEqual(rate)
    // The cosine begins where the warm-up ends: at the last step a tenth of it is still to come.
    expect(rates.at(-1)! / rate).toBeCloseTo(0.01 + (0.99 * (1 + Math.cos(0.9 * Math.PI))) / 2, 6)
    expect(rateAt(all!, 1100) / rate).toBeCloseTo(0.01, 6)
    const faster = optimizers(family, { 'learning-rate': String(3 * rate) }).all!
    expect(rateAt(faster, 500) / rateAt(all!, 500)).toBeCloseTo(3, 6)
  })

  it('of a GAN fall to a tenth, each at its own rate', () => {
    const { generator, discriminator } = optimizers('gan')
    for (const player of [generator!, discriminator!]) {
      expect(player).toMatchObject({ name: 'adam', config: { beta1: 0.5, beta2: 0.99 } })
      expect(rateAt(player, 1)).toBeCloseTo(1e-3, 5)
      expect(rateAt(player, 1000)).toBeCloseTo(1e-4, 5)
    }
    const apart = optimizers('gan', { 'learning-rate': '2e-3', 'discriminator-rate': '5e-3', beta1: '0.25' })
    expect(rateAt(apart.generator!, 1)).toBeCloseTo(2e-3, 4)
    expect(rateAt(apart.discriminator!, 1)).toBeCloseTo(5e-3, 4)
    expect(apart.generator!.config).toMatchObject({ beta1: 0.25 })
  })

  it.each(['flow', 'vae'])('of %s decay the weights where told', (family) => {
    expect(optimizers(family, { 'weight-decay': '0.5' }).all!).toMatchObject({
      name: 'adamW',
      config: { weightDecay: 0.5 },
    })
  })

  it('of a GAN decay the weights of both where told', () => {
    const { generator, discriminator } = optimizers('gan', { 'weight-decay': '0.5' })
    const expected = { name: 'adamW', config: { beta1: 0.5, weightDecay: 0.5 } }
    expect([generator, discriminator]).toMatchObject([expected, expected])
  })

  it('of diffusion decay the weights as told', () => {
    expect(optimizers('diffusion', { 'weight-decay': '0.5' }).all!.config).toMatchObject({ weightDecay: 0.5 })
  })
})

describe('augmentations', () => {
  it.each([
    ['none', []],
    ['translation', ['translation']],
    ['translation+cutout', ['translation', 'cutout']],
    ['all', ['color', 'translation', 'cutout']],
  ])('%s is %j', (augment, kinds) => {
    const { config } = create('gan', digits, { widths: '4,4', augment })
    expect(JSON.parse(config).augment ?? []).toEqual(kinds)
  })
})

const large: [family: string, data: Data, given: Record<string, string>][] = [
  ['diffusion', digits, { widths: '4096,4096,4096', depth: '16' }],
  ['diffusion', points, { widths: Array(16).fill('4096').join(',') }],
  ['flow', points, { hidden: '8192,8192', layers: '256' }],
  ['flow', points, { hidden: '8192,8192,8192' }],
  ['flow', digits, { width: '4096', levels: '2' }],
  ['gan', digits, { widths: '8192,8192,8192' }],
  ['gan', digits, { widths: '8192', latent: '65536' }],
  ['gan', points, { widths: '8192,8192,8192' }],
  ['tokens', text, { width: '4096', depth: '64' }],
  ['vae', digits, { widths: '8192,8192' }],
  ['vae', points, { widths: '8192,8192,8192' }],
  ['vae', { ...digits, shape: [256, 256, 3] }, { preset: 'vamp', components: '10000' }],
  ['vae', points, { preset: 'vq', codes: '65536', latent: '65536' }],
]

describe('models that would not fit', () => {
  it.each(large)('%s of %j with %j is refused with the limit before a weight is drawn', (family, data, given) => {
    const before = memory().numTensors
    const started = performance.now()
    try {
      create(family, data, given)
      expect.unreachable()
    } catch (error) {
      expect(GenError.is(error), String(error)).toBe(true)
      expect(String(error)).toContain(`of at most ${mostParameters.toLocaleString('en')} weights, got about`)
    }
    expect(memory().numTensors).toBe(before)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

describe('refusals', () => {
  it.each([
    ['gan', { ...points, classes: 0 }, { preset: 'projection' }, 'got data without; pass another --preset'],
    ['gan', { ...points, classes: 0 }, { conditional: 'yes' }, 'got data without; leave --conditional out'],
    [
      'gan',
      points,
      { preset: 'pacgan', conditional: 'yes' },
      'expected another --preset for --conditional, got pacgan',
    ],
    ['diffusion', { ...points, classes: 0 }, { conditional: 'yes' }, 'leave it out'],
    [
      'diffusion',
      digits,
      { network: 'unet2d' },
      'got --schedule cosine --prediction velocity; pass --schedule squared',
    ],
    ['diffusion', digits, { network: 'unet2d', schedule: 'linear', told: 'small' }, 'told of none but pictures'],
    ['diffusion', points, { network: 'unet2d', schedule: 'linear' }, 'got items of [2]; leave --network out'],
    ['flow', { ...points, classes: 0 }, { conditional: 'yes' }, 'leave it out'],
    ['tokens', points, {}, 'expected text, got items of [2]'],
    ['vae', { ...points, classes: 0 }, { preset: 'conditional' }, 'take another --preset'],
  ])('%s of %j with %j advises %s', (family, data, given, advice) => {
    expect(() => create(family, data, given)).toThrow(advice)
  })
})
