/** Every function that makes a model makes one that keeps the contract of `@gen/model`, whatever its family. */
import { fold, key, normal, uniform, useBackend } from '@gen/backend'
import * as diffusion from '@gen/diffusion'
import * as flows from '@gen/flows'
import * as gan from '@gen/gan'
import { decodeSafetensors, encodeSafetensors } from '@gen/io'
import type { GenerativeModel, Player, SampleOptions } from '@gen/model'
import { openModel } from '@gen/open'
import * as tokens from '@gen/tokens'
import { adam, fit, last, readWeights, variablesOf, writeWeights } from '@gen/train'
import { unetFromConfig } from '@gen/unet'
import * as vae from '@gen/vae'
import {
  add,
  dispose,
  engine,
  memory,
  moments,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchFor, cases } from './model-laws/cases.ts'
import { type FamilyPackage, families, makersOf, presetsOf } from './model-laws/makers.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const exported: Readonly<Record<FamilyPackage, object>> = { vae, gan, flows, diffusion, tokens }

const fromConfig: Readonly<Record<FamilyPackage, (config: never) => GenerativeModel>> = {
  vae: vae.vaeFromConfig,
  gan: gan.ganFromConfig,
  flows: (config: { kind: string }) =>
    config.kind === 'flow' ? flows.flowFromConfig<Tensor>(config) : flows.imageFlowFromConfig(config),
  tokens: tokens.tokensFromConfig,
  diffusion: (config) => diffusion.diffusionFromConfig(config, { network: unetFromConfig }),
}

describe.each(families)('@gen/%s', (family) => {
  const covered = Object.keys(cases).filter((name) => cases[name]!.family === family)

  it('has every maker of a model among the cases', () => {
    const makers = makersOf(family, exported[family])
    expect(makers.length).toBeGreaterThan(2)
    expect(covered.toSorted()).toEqual(makers)
  })

  it('has presets that say that they give a model', async () => {
    const presets = await presetsOf(family, exported[family])
    expect(presets.length).toBeGreaterThan(1)
    expect(presets.filter((name) => !covered.includes(name))).toEqual([])
  })
})

async function arrived(made: Promise<Tensor>): Promise<number[]> {
  const tensor = await made
  const values = [...tensor.dataSync()]
  tensor.dispose()
  return values
}

const sampled = (model: GenerativeModel, more: Partial<SampleOptions> = {}): Promise<number[]> =>
  arrived(model.sample({ count: 5, key: key(4), ...more }))

/**
 * Where its samples lie: images in [0, 1]. A flow over pixels without `imageFlow` is a density over a little more, which its
 * domain says, for its logit must not reach the ends.
 */
function rangeOf(model: GenerativeModel): { min: number; max: number } {
  if (model.shape.length < 3) return { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }
  return 'domain' in model ? (model.domain as { min: number; max: number }) : { min: 0, max: 1 }
}

/** A model after two steps of training, when nothing is at its special start. */
async function trained(make: () => GenerativeModel, classes: number): Promise<GenerativeModel> {
  const model = make()
  const batches = { at: (i: number) => batchFor(model, classes, key(i)) }
  await last(fit(model, batches, { steps: 2, optimizer: adam({ learningRate: 0.01 }), key: key(2) }))
  return model
}

const variants = Object.entries(cases).flatMap(([maker, { classes }]) =>
  classes.map((count) => ({ maker, classes: count, name: count > 0 ? `${maker} with classes` : maker })),
)

describe.each(variants)('$name', ({ maker, classes }) => {
  const { family, make } = cases[maker]!
  let model: GenerativeModel

  beforeAll(async () => {
    model = await trained(() => make(key(1), classes), classes)
  })
  afterAll(() => model.dispose())

  it('gives finite samples of its shape, images in [0, 1], the same for the same key, whatever the batch size', async () => {
    const x = await model.sample({ count: 5, key: key(4) })
    expect(x.shape).toEqual([5, ...model.shape])
    const all = [...x.dataSync()]
    x.dispose()
    expect(all.every(Number.isFinite)).toBe(true)
    const { min, max } = rangeOf(model)
    expect(all.every((value) => value >= min && value <= max)).toBe(true)
    for (const batchSize of [1, 2, 5, 64]) expect(await sampled(model, { batchSize })).toEqual(all)
    expect(await sampled(model, { count: 2 })).toEqual(all.slice(0, (2 * all.length) / 5))
    expect(await sampled(model, { key: key(5) })).not.toEqual(all)
  })

  it('gives shards that are the whole, put together', async () => {
    const whole = await sampled(model, { batchSize: 2 })
    for (const [batchSize, of] of [
      [2, 1],
      [2, 2],
      [2, 3],
      [1, 5],
    ] as const) {
      const parts: number[][] = []
      for (let index = 0; index < of; index++) parts.push(await sampled(model, { batchSize, shard: { index, of } }))
      expect(parts.every((part) => part.length > 0)).toBe(true)
      expect(parts.flat()).toEqual(whole)
    }
    for (const [shard, message] of [
      [{ index: 2, of: 2 }, 'shard.index an integer ≥ 0 and ≤ 1, got 2'],
      [{ index: 0, of: 4 }, 'expected at most 3 shards of 5 rows, made 2 at once, got 4; pass batchSize: 1'],
    ] as const) {
      await expect(sampled(model, { batchSize: 2, shard })).rejects.toThrow(message)
    }
  })

  it('has a config of plain JSON, and lists each variable of its players once', () => {
    expect(JSON.parse(JSON.stringify(model.config))).toEqual(model.config)
    const variables = model.variables()
    expect(model.variables()).toEqual(variables)
    expect(new Set(variables).size).toBe(variables.length)
    expect(new Set(model.players.flatMap((player) => player.variables()))).toEqual(new Set(variables))
    const names = model.players.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('comes back from its config and the bytes of its weights, by its family and by openModel', async () => {
    const samples = await sampled(model)
    const bytes = encodeSafetensors(await readWeights(model))
    const config = JSON.parse(JSON.stringify(model.config))
    const copy = fromConfig[family](config as never)
    expect(copy.config).toEqual(model.config)
    writeWeights(copy, decodeSafetensors(bytes).tensors)
    expect(await sampled(copy)).toEqual(samples)
    copy.dispose()
    const stored = JSON.stringify({ family: family === 'flows' ? 'flow' : family, model: config })
    const files = { 'config.json': new TextEncoder().encode(stored), 'model.safetensors': bytes }
    const opened = await openModel(files)
    // A diffusion model of images is opened to be sampled with clipped steps.
    const unclipped: Partial<diffusion.DiffusionSampleOptions> = family === 'diffusion' ? { clip: false } : {}
    expect(await sampled(opened.model, unclipped)).toEqual(samples)
    expect(opened.classes).toBe(classes)
    opened.model.dispose()
  })

  it('answers labels as all families do', async () => {
    if (classes === 0) {
      await expect(sampled(model, { labels: 0 })).rejects.toMatchObject({ code: 'config' })
      await expect(sampled(model, { labels: [0, 0, 0, 0, 0] })).rejects.toMatchObject({ code: 'config' })
      return
    }
    const list = [2, 0, 1, 1, 0]
    const given = await sampled(model, { labels: list })
    const labels = tensor1d(list, 'int32')
    expect(await sampled(model, { labels })).toEqual(given)
    labels.dispose()
    const single = await Promise.all([0, 1, 2].map((label) => sampled(model, { labels: label })))
    const size = given.length / 5
    const rowOf = (values: readonly number[], i: number) => values.slice(i * size, (i + 1) * size)
    for (const [i, label] of list.entries()) expect(rowOf(given, i)).toEqual(rowOf(single[label]!, i))
    // Without labels each row has one of the classes, by its place and the key alone.
    const drawn = await sampled(model)
    for (let i = 0; i < 5; i++) expect(single.map((of) => rowOf(of, i))).toContainEqual(rowOf(drawn, i))
    expect(await sampled(model, { labels: [1, 0] }).catch(({ code }) => code)).toBe('shape')
    for (const bad of [-1, classes + 1, 0.5]) {
      expect(['range', 'value']).toContain(await sampled(model, { labels: bad }).catch(({ code }) => code))
    }
  })

  it('stops by the signal with a clear error, before and between batches, and leaves nothing', async () => {
    const before = memory().numTensors
    await expect(sampled(model, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
    const later = new AbortController()
    setTimeout(() => later.abort(), 0)
    const many = sampled(model, { count: 20_000, batchSize: 1, signal: later.signal })
    await expect(many).rejects.toMatchObject({
      code: 'aborted',
      message: expect.stringMatching(/^[\w.]+: expected /),
    })
    expect(memory().numTensors).toBe(before)
  })

  it('refuses counts and keys that are none, and leaves nothing', async () => {
    const before = memory().numTensors
    for (const wrong of [{ count: 0 }, { count: 1.5 }, { batchSize: 0 }, { key: 7 as never }]) {
      const code = await sampled(model, wrong).catch((error) => error.code)
      expect(['range', 'value'], JSON.stringify(wrong)).toContain(code)
    }
    expect(memory().numTensors).toBe(before)
  })

  it('is freed by dispose, also when that is called twice', async () => {
    const [before, registered] = [memory().numTensors, Object.keys(engine().state.registeredVariables).length]
    const other = await trained(() => make(key(1), classes), classes)
    expect(memory().numTensors - before).toBe(Object.keys(variablesOf(other)).length)
    for (const _ of [1, 2]) {
      other.dispose()
      expect(memory().numTensors).toBe(before)
      expect(Object.keys(engine().state.registeredVariables)).toHaveLength(registered)
    }
  })

  it('sends a gradient from each player’s loss to each of its variables', () => {
    for (const player of model.players) {
      const silent = silentVariables(model, player, classes)
      expect(silent.filter((variable) => !cancels(maker, model, variable)).map(({ name }) => name)).toEqual([])
    }
  })

  it('encodes, decodes and measures with the shapes it says, where it can', async () => {
    const batch = batchFor(model, classes, key(3))
    const told = batch.labels ? { labels: batch.labels } : {}
    const [rows, size] = [4, model.latentSize]
    const made: Tensor[] = []
    if (size !== undefined) {
      const z = normal(key(6), [rows, size]) as Tensor2D
      const x = await model.decode!(z, told)
      expect(x.shape).toEqual([rows, ...model.shape])
      made.push(z, x)
    }
    const codes = await model.encode?.(batch.x, told)
    const density = await model.logProb?.(batch.x, { key: key(7), ...told })
    if (codes) expect(codes.shape).toEqual([rows, size])
    if (density) expect(density.shape).toEqual([rows])
    expect({ encodes: codes !== undefined, measures: density !== undefined }).toEqual({
      encodes: family !== 'gan' && family !== 'tokens',
      measures: family === 'flows' || family === 'tokens',
    })
    dispose([...made, codes ?? [], density ?? [], batch.x, batch.labels ?? []])
  })
})

/** The variables of a player that its loss does not reach on any of three batches; the gradients must be finite. */
function silentVariables(model: GenerativeModel, player: Player, classes: number): Variable[] {
  const variables = player.variables()
  const reached = new Map(variables.map((variable) => [variable, 0]))
  for (let i = 0; i < 3; i++) {
    tidy(() => {
      const batch = batchFor(model, classes, fold(key(8), i))
      const { grads } = variableGrads(() => player.loss(batch, fold(key(9), i)).total as Scalar, variables)
      for (const variable of variables) {
        const gradient = grads[variable.name]
        const size = gradient ? sum(square(gradient)).dataSync()[0]! : 0
        expect(size).toBeLessThan(Number.POSITIVE_INFINITY)
        reached.set(variable, reached.get(variable)! + size)
      }
    })
  }
  return variables.filter((variable) => reached.get(variable) === 0)
}

/** Objectives of D(real) − D(fake), or of hinges that neither side has passed: the same constant on both sides cancels. */
const ofDifferences = ['wganGp', 'sngan', 'projectionGan', 'r3gan']

/** Whether a variable adds the same number to the logits of all data, as last biases do, where the loss cannot see it. */
function cancels(maker: string, model: GenerativeModel, variable: Variable): boolean {
  return ofDifferences.includes(maker) && tidy(() => shiftsAllLogits(model as gan.Gan, variable))
}

/** Tried on random images, as far as float32 tells. */
function shiftsAllLogits(model: gan.Gan, variable: Variable): boolean {
  const x = uniform(key(10), [8, ...model.shape])
  const logits = () => model.score(x, model.config.classes > 0 ? { labels: 0 } : {})
  const [value, before] = [variable.clone(), logits()]
  variable.assign(add(variable, 0.5))
  const { mean, variance } = moments(sub(logits(), before))
  variable.assign(value)
  return variance.dataSync()[0]! < 1e-8 && Math.abs(mean.dataSync()[0]!) > 1e-3
}
