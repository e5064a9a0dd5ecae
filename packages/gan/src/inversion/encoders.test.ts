import { fold, key, normal, useBackend } from '@gen/backend'
import { mlp } from '@gen/nn'
import { adam, fit, last, noBatches } from '@gen/train'
import {
  add,
  dispose,
  matMul,
  mul,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { projectionGan, standardGan } from '../presets.ts'
import { type InvertibleDecoder, invert } from './invert.ts'
import { recoder } from './recoder.ts'
import { recoderNetwork } from './recoder-network.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const numbers = (f: () => Tensor) => tidy(() => [...f().dataSync()])

describe('the network of a recoder', () => {
  it.each([
    [
      [28, 28, 1],
      [32, 64, 128],
    ],
    [[8, 9, 3], [32]],
    [
      [16, 16, 1],
      [32, 64],
    ],
    [[4, 4, 1], [32]],
    [[2], [256, 256, 256]],
  ])('of items %j has the widths %j and their codes', (shape, widths) => {
    const network = recoderNetwork({ gan: { shape, latentSize: 5 }, key: key(0) })
    expect(network.outputs[0]?.shape).toEqual([null, 5])
    const kernels = network.trainableWeights.map(({ shape: sizes }) => sizes).filter(({ length }) => length > 1)
    expect(kernels.slice(0, -1).map((sizes) => sizes.at(-1))).toEqual(widths)
    const narrow = recoderNetwork({ gan: { shape, latentSize: 5 }, widths: [7], key: key(0) })
    expect(narrow.trainableWeights[0]?.shape.at(-1)).toBe(7)
    for (const made of [network, narrow]) dispose(made.weights.map((weight) => weight.read()))
  })
})

describe('a recoder', () => {
  it('finds the codes of samples, and leaves the GAN as it is', async () => {
    const model = standardGan({ shape: [3], latentSize: 2, widths: [], key: key(1) })
    const encoder = recoder({ gan: model, network: mlp({ inputs: 3, outputs: 2, widths: [], key: key(2) }) })
    const before = await model.sample({ count: 4, key: key(3) })
    await last(fit(encoder, noBatches, { steps: 400, optimizer: adam({ learningRate: 0.03 }), key: key(4) }))
    const after = await model.sample({ count: 4, key: key(3) })
    expect([...after.dataSync()]).toEqual([...before.dataSync()])
    dispose([before, after])
    const error = numbers(() => {
      const z = normal(key(5), [32, 2]) as Tensor2D
      return sum(square(sub(encoder.encode(model.decode(z)), z)))
    })
    expect(error[0]! / 64).toBeLessThan(0.01)
    encoder.dispose()
    model.dispose()
  })

  it('of a GAN with classes draws them, and refuses other shapes', () => {
    const model = projectionGan({ shape: [6, 5, 2], latentSize: 3, widths: [4], classes: 3, key: key(1) })
    const flat = mlp({ inputs: 3, outputs: 3, key: key(2) })
    expect(() => recoder({ gan: model, network: flat })).toThrow(
      'gan.recoder: expected a network [6,5,2] → [3], got [3] → [3]',
    )
    flat.dispose()
    model.dispose()
    const points = projectionGan({ shape: [2], latentSize: 3, widths: [4], classes: 3, key: key(1) })
    const encoder = recoder({ gan: points, network: mlp({ inputs: 2, outputs: 3, widths: [4], key: key(2) }), size: 8 })
    const losses = encoder.players[0]!.loss({}, key(3))
    expect(losses.total.dataSync()[0]! / 3).toBeCloseTo(losses.perDimension!.dataSync()[0]!, 5)
    const wrong = tensor2d([[1, 2, 3]])
    expect(() => encoder.encode(wrong)).toThrow('gan.encode: expected x of shape')
    dispose([losses, wrong])
    encoder.dispose()
    points.dispose()
  })
})

/** G(z) = Az: its inversion is a linear system. */
const linear: InvertibleDecoder = {
  latentSize: 2,
  decode: (z) =>
    tidy(() =>
      matMul(
        z,
        tensor2d([
          [1, 0.5, 0],
          [0, 1, -1],
        ]),
      ),
    ),
}
/** Two valleys for each number, of which one is deeper. */
const valleys: InvertibleDecoder = {
  latentSize: 1,
  decode: (z) => tidy(() => add(square(z), mul(z, 0.3))),
}

describe('inversion', () => {
  it('finds the codes of a linear decoder’s images, whatever the batch', async () => {
    const z = normal(key(1), [5, 2]) as Tensor2D
    const images = linear.decode(z)
    const options = { key: key(2), starts: 2, steps: 250, learningRate: 0.1 }
    const [whole, parts] = [
      await invert(linear, images, options),
      await invert(linear, images, { ...options, batchSize: 2 }),
    ]
    expect(whole.z.dataSync()).toBeAllClose(z.dataSync(), { atol: 5e-3 })
    expect(Math.max(...whole.error.dataSync())).toBeLessThan(1e-4)
    expect(parts.z.dataSync()).toBeAllClose(whole.z.dataSync(), { atol: 1e-6 })
    dispose([z, images, whole.z, whole.error, parts.z, parts.error])
  })

  it('keeps the best of its starts, and goes on from given codes', async () => {
    const images = tensor2d([[-0.1], [-0.1], [-0.1], [-0.1]])
    const found = []
    for (const starts of [1, 6]) found.push(await invert(valleys, images, { key: key(2), starts, steps: 100 }))
    const [one, six] = found.map(({ error }) => [...error.dataSync()]) as [number[], number[]]
    one.forEach((error, i) => {
      expect(six[i]).toBeLessThanOrEqual(error + 1e-7)
    })
    const initial = tensor2d([[2], [2], [2], [2]])
    const raised = add(images, 4.7)
    const near = await invert(valleys, raised, { key: key(2), starts: 1, steps: 1, initial })
    expect(near.z.dataSync()).toBeAllClose([2, 2, 2, 2], { atol: 0.1 })
    for (const { z, error } of [...found, near]) dispose([z, error])
    dispose([images, initial, raised])
  })

  it('refuses images the decoder does not make, and stops when told', async () => {
    const images = normal(fold(key(1), 1), [2, 4])
    await expect(invert(linear, images, { key: key(0) })).rejects.toThrow('gan.invert: expected images of shape')
    images.dispose()
    const fine = normal(key(1), [2, 3])
    await expect(invert(linear, fine, { key: key(0), signal: AbortSignal.abort() })).rejects.toThrow(
      'stopped after 0 steps',
    )
    fine.dispose()
  })
})
