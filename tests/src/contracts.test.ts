/** The contracts of `@gen/model`: our packages keep them, and a stranger's objects do without importing anything of ours. */
import { key, useBackend } from '@gen/backend'
import * as data from '@gen/data'
import type { Diffusion } from '@gen/diffusion'
import type { Flow, ImageFlow } from '@gen/flows'
import type { Gan, Recoder } from '@gen/gan'
import * as files from '@gen/io/node'
import type * as tools from '@gen/latent-tools'
import type * as losses from '@gen/losses'
import type * as model from '@gen/model'
import type * as nn from '@gen/nn'
import * as priors from '@gen/priors'
import * as train from '@gen/train'
import type { Vae } from '@gen/vae'
import {
  add,
  mul,
  neg,
  ones,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'

/** Two words, as `key` gives them; the stranger knows no more of it. */
interface TwoWords {
  readonly hi: number
  readonly lo: number
}

/** What a stranger wrote, with tfjs alone. */
interface Strange {
  distribution: {
    size: number
    sample(count: number, k: TwoWords): Tensor2D
    logProb(z: Tensor2D): Tensor1D
  }
  network: {
    inputShape: number[]
    outputShape: number[]
    apply(x: Tensor): Tensor
    variables(): Variable[]
  }
  player: {
    name: string
    variables(): Variable[]
    loss(batch: { x: Tensor }): { total: Scalar }
  }
  batches: { at(index: number): { x: Tensor } }
  store: {
    save(step: number, files: Readonly<Record<string, Uint8Array>>): Promise<string>
    list(): Promise<number[]>
    load(step: number): Promise<Record<string, Uint8Array>>
    remove(step: number): Promise<void>
  }
  coder: { latentSize: number; decode(z: Tensor2D): Tensor; encode(x: Tensor): Promise<Tensor2D> }
  generative: {
    shape: number[]
    config: { kind: 'mine' }
    players: Strange['player'][]
    variables(): Variable[]
    sample(options: { count: number; key: TwoWords }): Promise<Tensor>
    dispose(): void
  }
}

beforeAll(async () => {
  await useBackend('cpu')
})

describe('a stranger’s objects', () => {
  it('keep the contracts by their members', () => {
    expectTypeOf<Strange['distribution']>().toExtend<model.Distribution>()
    expectTypeOf<Strange['distribution']>().toExtend<model.ImplicitDistribution>()
    expectTypeOf<Omit<Strange['distribution'], 'logProb'>>().not.toExtend<model.Distribution>()
    expectTypeOf<Strange['network']>().toExtend<model.Network>()
    expectTypeOf<Omit<Strange['network'], 'variables'>>().not.toExtend<model.Network>()
    expectTypeOf<Strange['player']>().toExtend<model.Player>()
    expectTypeOf<{ players: Strange['player'][] }>().toExtend<model.Trainable>()
    expectTypeOf<Strange['batches']>().toExtend<model.SyncBatches>()
    expectTypeOf<{ at(index: number): Promise<{ x: Tensor }> }>().toExtend<model.Batches>()
    expectTypeOf<{ at(index: number): Promise<{ x: Tensor }> }>().not.toExtend<model.SyncBatches>()
    expectTypeOf<Strange['store']>().toExtend<model.CheckpointStore>()
    expectTypeOf<Strange['coder']>().toExtend<model.LatentModel & model.Encoder>()
    expectTypeOf<Omit<Strange['coder'], 'encode'>>().toExtend<model.LatentModel>()
    expectTypeOf<Strange['generative']>().toExtend<model.GenerativeModel>()
    expectTypeOf<Omit<Strange['generative'], 'config'>>().not.toExtend<model.GenerativeModel>()
  })

  it('are trained, kept and measured like ours', async () => {
    const weight = tidy(() => variable(zeros([2])))
    const total = ({ x }: { x: Tensor }) => sum(square(sub(x, weight))) as Scalar
    const player: Strange['player'] = {
      name: 'mine',
      variables: () => [weight],
      loss: (batch) => ({ total: total(batch) }),
    }
    const batches: Strange['batches'] = { at: (index) => ({ x: tidy(() => mul(ones([2]), index)) }) }
    const saved = new Map<number, Record<string, Uint8Array>>()
    const store: Strange['store'] = {
      save: async (step, content) => String(saved.set(step, { ...content }).size),
      list: async () => [...saved.keys()],
      load: async (step) => saved.get(step) ?? {},
      remove: async (step) => void saved.delete(step),
    }
    const options = { optimizer: train.sgd({ learningRate: 0.1 }), key: key(0), checkpoints: { store, every: 1 } }
    await train.last(train.fit({ players: [player] }, batches, { ...options, steps: 2 }))
    const end = await train.last(train.fit({ players: [player] }, batches, { ...options, steps: 3, resume: true }))
    expect(end).toMatchObject({ step: 3, reason: 'done' })
    // w ← w + 0.2 (x − w) for x = 0, 1, 2.
    expect(weight.dataSync()[0]).toBeCloseTo(0.8 * 0.2 + 0.2 * 2, 6)
    weight.dispose()
    const prior: Strange['distribution'] = {
      size: 2,
      sample: (count) => zeros([count, 2]),
      logProb: (z) => tidy(() => neg(add(sum(square(z), 1), 1))),
    }
    const values = tidy(() => {
      const q = { mean: zeros([3, 2]) as Tensor2D, logVariance: zeros([3, 2]) as Tensor2D }
      return [...priors.kl(q, prior, { key: key(1), samples: 2 }).value.dataSync()]
    })
    expect(values.every(Number.isFinite)).toBe(true)
  })
})

describe('our packages', () => {
  it('name a contract as @gen/model does', () => {
    expectTypeOf<data.Batch>().toEqualTypeOf<model.Batch>()
    expectTypeOf<data.Batches>().toEqualTypeOf<model.Batches>()
    expectTypeOf<data.Dataset>().toEqualTypeOf<model.Dataset>()
    expectTypeOf<train.Batches<number>>().toEqualTypeOf<model.Batches<number>>()
    expectTypeOf<train.Player<number>>().toEqualTypeOf<model.Player<number>>()
    expectTypeOf<train.Trainable<number>>().toEqualTypeOf<model.Trainable<number>>()
    expectTypeOf<train.CheckpointStore>().toEqualTypeOf<model.CheckpointStore>()
    expectTypeOf<files.CheckpointStore>().toEqualTypeOf<model.CheckpointStore>()
    expectTypeOf<nn.Network>().toEqualTypeOf<model.Network>()
    expectTypeOf<priors.Distribution>().toEqualTypeOf<model.Distribution>()
    expectTypeOf<priors.DiagonalNormal>().toEqualTypeOf<model.DiagonalNormal>()
    expectTypeOf<losses.DiagonalNormal>().toEqualTypeOf<model.DiagonalNormal>()
    expectTypeOf<tools.Decoder>().toEqualTypeOf<model.Decoder>()
    expectTypeOf<tools.Encoder>().toEqualTypeOf<model.Encoder>()
    expectTypeOf<tools.LatentModel>().toEqualTypeOf<model.LatentModel>()
  })

  it('keep the contracts', () => {
    expectTypeOf(data.mnist).returns.resolves.toExtend<model.Dataset>()
    expectTypeOf(data.moons()).toHaveProperty('batches').returns.toExtend<model.SyncBatches>()
    expectTypeOf(train.memoryStore).returns.toExtend<model.CheckpointStore>()
    expectTypeOf(files.folderStore).returns.toExtend<model.CheckpointStore>()
    expectTypeOf(train.noBatches).toExtend<model.SyncBatches<object>>()
    expectTypeOf<nn.AdaptedNetwork>().toExtend<model.Network>()
    expectTypeOf(priors.standardNormal).returns.toExtend<model.Distribution>()
    expectTypeOf<Flow>().toExtend<model.Distribution & model.LatentModel & model.Encoder & model.Trainable>()
    expectTypeOf<ImageFlow>().toExtend<model.Trainable>()
    expectTypeOf<Vae>().toExtend<model.LatentModel & model.Encoder & model.Trainable>()
    expectTypeOf<Gan>().toExtend<model.Decoder & model.Trainable>()
    expectTypeOf<Gan['latent']>().toExtend<model.ImplicitDistribution>()
    expectTypeOf<Recoder>().toExtend<model.Encoder & model.Trainable<object>>()
    expectTypeOf<Diffusion>().toExtend<model.Trainable>()
  })
})
