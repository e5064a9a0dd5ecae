import { fold, key, uniform, useBackend } from '@gen/backend'
import { r1, relativistic } from '@gen/losses'
import { adam, fit, last } from '@gen/train'
import {
  add,
  dispose,
  mean,
  mul,
  square,
  sub,
  sum,
  type Tensor,
  tensor4d,
  tidy,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { dcganDiscriminator } from '../networks/dcgan.ts'
import { srResNet } from '../networks/sr-res-net.ts'
import { superResolution } from './super-resolution.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const networkOf = () => srResNet({ shape: [2, 2, 1], factor: 4, width: 4, blocks: 1, key: key(1) })
const discriminatorOf = () => dcganDiscriminator({ shape: [8, 8, 1], widths: [4, 4], key: key(2) })
const batchOf = (k = key(3)) => ({ x: uniform(k, [4, 8, 8, 1]) })

describe('super-resolution', () => {
  it('shrinks by means, and starts as an enlargement', () => {
    const model = superResolution({ network: networkOf() })
    const large = tensor4d(
      Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 0.25 : 0.75)),
      [1, 8, 8, 1],
    )
    const small = model.shrink(large)
    const restored = model.upscale(small)
    expect([...small.dataSync()]).toEqual([0.25, 0.75, 0.25, 0.75])
    expect(restored.shape).toEqual([1, 8, 8, 1])
    expect([...restored.dataSync()].slice(0, 2)).toBeAllClose([0.25, 0.28125], { atol: 1e-6 })
    dispose([large, small, restored])
    model.dispose()
  })

  it('by squared error comes closer to the answer', async () => {
    const model = superResolution({ network: networkOf() })
    const batches = { at: (i: number) => ({ x: tidy(() => mul(batchOf(fold(key(4), i)).x, tensorOf())) }) }
    const errorOf = () =>
      tidy(() => {
        const { x } = batches.at(1000)
        return mean(square(sub(model.upscale(model.shrink(x)), x))).dataSync()[0]!
      })
    const before = errorOf()
    await last(fit(model, batches, { steps: 60, optimizer: adam({ learningRate: 0.01 }), key: key(5) }))
    expect(errorOf()).toBeLessThan(0.9 * before)
    model.dispose()
  })

  it('as a game reaches every variable of both players, with every part of the loss', () => {
    const perceptual = (x: Tensor, y: Tensor) => sum(square(sub(x, y)), [1, 2, 3]) as never
    const parts = { network: networkOf(), discriminator: discriminatorOf(), perceptual }
    const model = superResolution({ ...parts, objective: relativistic(), penalties: [r1({ weight: 1 })] })
    const batch = batchOf()
    for (const player of model.players) {
      tidy(() => {
        for (const variable of player.variables()) variable.assign(add(variable, 0.05))
        const { grads } = variableGrads(() => player.loss(batch, key(6)).total, player.variables())
        expect(Object.keys(grads)).toHaveLength(player.variables().length)
        expect(Object.keys(player.loss(batch, key(6)))).toEqual(
          player.name === 'generator'
            ? ['total', 'pixel', 'perceptual', 'adversarial']
            : ['total', 'adversarial', 'r1', 'realLogit', 'fakeLogit'],
        )
      })
    }
    expect(model.players.map(({ name }) => name)).toEqual(['discriminator', 'generator'])
    batch.x.dispose()
    model.dispose()
  })

  it('says what does not fit', () => {
    expect(() => srResNet({ shape: [2, 2, 1], factor: 3, key: key(0) })).toThrow(
      'gan.srResNet: expected factor 2, 4, 8',
    )
    const network = networkOf()
    const discriminator = dcganDiscriminator({ shape: [4, 4, 1], widths: [4], key: key(2) })
    expect(() => superResolution({ network, discriminator })).toThrow('expected a discriminator [8,8,1] → [1]')
    const model = superResolution({ network })
    const wrong = zeros([1, 3, 3, 1])
    expect(() => model.upscale(wrong)).toThrow('gan.upscale: expected small of shape')
    expect(() => model.shrink(wrong)).toThrow('gan.shrink: expected large of shape')
    wrong.dispose()
    dispose(discriminator.variables())
    model.dispose()
  })
})

/** Brightness that rises to the right: what is left to learn is not noise alone. */
function tensorOf(): Tensor {
  return tensor4d(
    Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 0.2 : 1)),
    [1, 8, 8, 1],
  )
}
