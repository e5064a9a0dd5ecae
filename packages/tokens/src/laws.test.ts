/** Laws over all presets. */
import { GenError, key, randint, useBackend } from '@gen/backend'
import type { Batch, GenerativeModel, Trainable } from '@gen/model'
import { adamW, fit, readWeights, writeWeights } from '@gen/train'
import { dispose, memory, type Scalar, type Tensor, tensor2d, tidy, tile, variableGrads } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import {
  absorbing,
  ardm,
  characters,
  gpt,
  leftToRight,
  mdlm,
  type TokenModel,
  type TokenPresetOptions,
  tokens,
  tokensFromConfig,
  tokenTransformer,
} from './index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const vocabulary = characters({ alphabet: 'abc ' })
const length = 5
const presets = { gpt, mdlm, ardm }
const make = (preset: (options: TokenPresetOptions) => TokenModel, seed = 0) =>
  preset({ vocabulary, length, width: 8, depth: 1, heads: 2, key: key(seed) })
const text = (rows: number, seed = 1) => randint(key(seed), [rows, length], { max: 4 })

async function rowsOf(samples: Promise<Tensor>): Promise<number[][]> {
  const tensor = await samples
  const rows = (await tensor.array()) as number[][]
  tensor.dispose()
  return rows
}

it('are generative models by their members alone', () => {
  expectTypeOf<TokenModel>().toExtend<GenerativeModel>()
  expectTypeOf<TokenModel>().toExtend<Trainable<Batch>>()
})

describe.each(Object.entries(presets))('%s', (_, preset) => {
  it('is made again from its config, with the same samples once it has the same weights', async () => {
    const model = make(preset, 3)
    const copy = tokensFromConfig(JSON.parse(JSON.stringify(model.config)))
    expect(copy.config).toEqual(model.config)
    expect(copy.vocabulary?.decode([2, 3])).toBe('c ')
    writeWeights(copy, await readWeights(model))
    const options = { count: 6, key: key(4) }
    expect(await rowsOf(copy.sample(options))).toEqual(await rowsOf(model.sample(options)))
    for (const one of [model, copy]) one.dispose()
  })

  it('draws the same for the same key, whatever the batch size, and another row for another', async () => {
    const model = make(preset)
    const whole = await rowsOf(model.sample({ count: 7, key: key(4) }))
    expect(whole.every((row) => row.length === length && row.every((token) => token >= 0 && token < 4))).toBe(true)
    expect(await rowsOf(model.sample({ count: 7, key: key(4), batchSize: 2 }))).toEqual(whole)
    expect(await rowsOf(model.sample({ count: 3, key: key(4) }))).toEqual(whole.slice(0, 3))
    expect(await rowsOf(model.sample({ count: 7, key: key(5) }))).not.toEqual(whole)
    model.dispose()
  })

  it('keeps what is given, bit by bit, and draws nothing where all is', async () => {
    const model = make(preset)
    const begun = await rowsOf(model.sample({ count: 4, given: [2, 0], key: key(4) }))
    expect(begun.every(([first, second]) => first === 2 && second === 0)).toBe(true)
    const known = [3, 1, 2, 0, 1]
    expect(await rowsOf(model.sample({ count: 2, given: known, key: key(4) }))).toEqual([known, known])
    model.dispose()
  })

  it('has a gradient for every variable, and a loss in nats near the uniform answer', () => {
    const model = make(preset)
    const x = text(16)
    const [player] = model.players
    tidy(() => {
      const { grads } = variableGrads(() => player.loss({ x }, key(2)).total as Scalar, model.variables())
      // Masks of continuous time make one batch's loss vary much.
      const losses = Array.from({ length: 40 }, (_, i) => player.loss({ x }, key(i)).total.dataSync()[0]!)
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length
      expect(Math.abs(mean - length * Math.log(4))).toBeLessThan(0.5)
      const still = model.variables().filter(({ name }) => grads[name]!.dataSync().every((g) => g === 0))
      expect(still.map(({ name }) => name)).toEqual([])
      const { total, perDimension } = player.loss({ x }, key(2))
      expect(perDimension!.dataSync()[0]).toBeCloseTo(total.dataSync()[0]! / length, 5)
    })
    x.dispose()
    model.dispose()
  })

  it('leaves nothing behind, and is freed twice without harm', async () => {
    const before = memory().numTensors
    const model = make(preset)
    const owned = memory().numTensors
    dispose(await model.sample({ count: 3, key: key(1) }))
    const x = text(2)
    dispose([x, await model.logProb(x, { draws: 2 })])
    expect(memory().numTensors).toBe(owned)
    model.dispose()
    model.dispose()
    expect(memory().numTensors).toBe(before)
  })

  it('stops by its signal, and leaves nothing', async () => {
    const model = make(preset)
    const before = memory().numTensors
    const stopping = model.sample({ count: 2, key: key(1), signal: AbortSignal.abort() })
    await expect(stopping).rejects.toThrow(
      /tokens\.sample: expected to go on, got aborted after step 0 of 5; sample again/,
    )
    expect(memory().numTensors).toBe(before)
    model.dispose()
  })

  it('refuses data and options that do not fit, before any work', async () => {
    const model = make(preset)
    const [player] = model.players
    const refuses = async (act: () => unknown, message: RegExp) => {
      const caught = await Promise.resolve()
        .then(act)
        .catch((error) => error)
      expect(GenError.is(caught), String(caught)).toBe(true)
      expect(String(caught)).toMatch(message)
    }
    const [wide, real, large, fine] = [
      randint(key(1), [2, 6], { max: 4 }),
      tensor2d([[0, 1, 2, 3, 0.5]]),
      randint(key(1), [2, 5], { min: 4, max: 6 }),
      text(2),
    ]
    await refuses(() => player.loss({ x: wide }, key(0)), /tokens\.loss: expected batch\.x of shape \[any, 5\]/)
    await refuses(() => player.check!({ x: real }), /batch\.x of int32 tokens, got float32; cast them/)
    await refuses(() => player.check!({ x: large }), /tokens from 0 to 3 in batch\.x, got [45]/)
    await refuses(() => model.logProb(large), /tokens\.logProb: expected tokens from 0 to 3 in x/)
    await refuses(() => model.logProb(fine, { draws: 0 }), /draws an integer ≥ 1/)
    const sample = (options: object) => () => model.sample({ count: 1, key: key(0), ...options })
    await refuses(sample({ count: 0 }), /count an integer ≥ 1/)
    await refuses(sample({ temperature: 0 }), /temperature/)
    await refuses(sample({ steps: 0.5 }), /steps an integer ≥ 1/)
    await refuses(sample({ labels: 1 }), /no labels, for the model has no classes, got some/)
    await refuses(sample({ given: [1, 2, 3, 0, 1, 2] }), /at most 5 tokens given, got 6/)
    await refuses(sample({ given: [4] }), /given tokens from 0 to 3, or null, got 4/)
    dispose([wide, real, large, fine])
    model.dispose()
  })
})

describe('a process', () => {
  it('fills what lies between only where it goes in any order, and many at once likewise', async () => {
    const [ordered, free] = [make(gpt), make(ardm)]
    await expect(ordered.sample({ count: 1, given: [0, null, 1], key: key(0) })).rejects.toThrow(
      /blanks at the end alone.*take a model of masked diffusion/,
    )
    await expect(ordered.sample({ count: 1, steps: 2, key: key(0) })).rejects.toThrow(
      /no fewer steps than the 5 blanks, which leftToRight fills one by one, got 2/,
    )
    const rows = await rowsOf(free.sample({ count: 2, given: [0, null, 1], steps: 2, key: key(0) }))
    expect(rows.every(([first, , third]) => first === 0 && third === 1)).toBe(true)
    for (const model of [ordered, free]) model.dispose()
  })

  it('takes networks that see what it may see', () => {
    const before = memory().numTensors
    const network = (causal: boolean) => tokenTransformer({ size: 4, length, width: 4, depth: 1, heads: 1, causal })
    const [causal, full] = [network(true), network(false)]
    expect(() => tokens({ network: full, process: leftToRight() })).toThrow(/expected a causal network.*causal: true/)
    expect(() => tokens({ network: causal, process: absorbing() })).toThrow(/not causal.*causal: false/)
    expect(() => tokens({ network: full, process: absorbing(), vocabulary: characters() })).toThrow(
      /a network of the 35 tokens of the vocabulary, got 4/,
    )
    expect(() => absorbing({ time: 'discrete' as never })).toThrow(/time 'continuous' or 'counts', got "discrete"/)
    for (const { variables } of [causal, full]) dispose(variables())
    expect(memory().numTensors).toBe(before)
  })
})

describe('a config', () => {
  const good = () => {
    const model = make(ardm)
    const config = JSON.parse(JSON.stringify(model.config))
    model.dispose()
    return config
  }
  it.each([
    ['of another family', (c: Record<string, object>) => ({ ...c, kind: 'vae' })],
    ['with a field too many', (c: Record<string, object>) => ({ ...c, more: 1 })],
    ['of an unknown process', (c: Record<string, object>) => ({ ...c, process: { kind: 'uniform' } })],
    ['with an odd process', (c: Record<string, object>) => ({ ...c, process: { ...c.process, time: 3 } })],
    ['of a network of one’s own', (c: Record<string, object>) => ({ ...c, network: { kind: 'custom' } })],
    ['with sizes that are none', (c: Record<string, object>) => ({ ...c, network: { ...c.network, width: -1 } })],
    ['too large', (c: Record<string, object>) => ({ ...c, network: { ...c.network, width: 1e6 } })],
    [
      'of another vocabulary',
      (c: Record<string, object>) => ({ ...c, vocabulary: { kind: 'characters', alphabet: 'ab', plain: false } }),
    ],
    ['of a process that sees less', (c: Record<string, object>) => ({ ...c, process: { kind: 'leftToRight' } })],
  ] as const)('%s is refused, and nothing is left', (_, change) => {
    const config = good()
    const before = memory().numTensors
    expect(() => tokensFromConfig(change(config))).toThrow(GenError)
    expect(memory().numTensors).toBe(before)
  })
})

it('learns one sequence', async () => {
  const model = make(ardm)
  const row = tensor2d([[0, 1, 2, 3, 0]], [1, length], 'int32')
  const batches = { at: () => ({ x: tile(row, [8, 1]) }) }
  const losses: number[] = []
  for await (const event of fit(model, batches, { steps: 60, optimizer: adamW({ learningRate: 2e-2 }), key: key(1) })) {
    if (event.type === 'step') losses.push(event.losses.predictor!.perDimension!)
  }
  expect(losses[0]).toBeGreaterThan(1)
  expect(losses.at(-1)).toBeLessThan(0.3)
  row.dispose()
  model.dispose()
})
