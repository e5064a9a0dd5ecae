/** An encoder of a model whose images come later. */
import { key, normal, useBackend } from '@gen/backend'
import { mlp } from '@gen/nn'
import { adam, fit, last } from '@gen/train'
import { dispose, matMul, square, sub, sum, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { codedImages } from './coded-images.ts'
import { pairRecoder } from './recoder.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const paint = (z: Tensor2D): Tensor2D =>
  tidy(() =>
    matMul(
      z,
      tensor2d([
        [1, 0.5, 0],
        [0, 1, -1],
      ]),
    ),
  )
/** What a session of ONNX is like: it answers later, and has no gradient. */
const stranger = { shape: [3], latentSize: 2, decode: async (z: Tensor2D) => paint(z) }

describe('codedImages', () => {
  it('gives each index its own pairs, the same from the same key', async () => {
    const batches = codedImages(stranger, { size: 5, key: key(0) })
    const [first, again, second] = [await batches.at(0), await batches.at(0), await batches.at(1)]
    expect([...again.z.dataSync()]).toEqual([...first.z.dataSync()])
    expect([...second.z.dataSync()]).not.toEqual([...first.z.dataSync()])
    const made = paint(first.z)
    expect([...first.x.dataSync()]).toEqual([...made.dataSync()])
    dispose([first, again, second, made] as never)
    const broken = { ...stranger, decode: () => Promise.reject(new Error('no session')) }
    await expect(codedImages(broken, { key: key(0) }).at(0)).rejects.toThrow('no session')
    expect(() => codedImages(stranger, { size: 0, key: key(0) })).toThrow('gan.codedImages: expected size')
  })
})

describe('pairRecoder', () => {
  it('finds the codes of what a stranger’s decoder makes', async () => {
    const encoder = pairRecoder({ gan: stranger, network: mlp({ inputs: 3, outputs: 2, widths: [], key: key(2) }) })
    const batches = codedImages(stranger, { key: key(1) })
    await last(fit(encoder, batches, { steps: 400, optimizer: adam({ learningRate: 0.03 }), key: key(4) }))
    const z = normal(key(5), [32, 2]) as Tensor2D
    const missed = tidy(() => sum(square(sub(encoder.encode(paint(z)), z))))
    expect(missed.dataSync()[0]! / 64).toBeLessThan(0.01)
    dispose([z, missed])
    encoder.dispose()
  })

  it('refuses a network of other shapes', () => {
    const network = mlp({ inputs: 4, outputs: 2, key: key(2) })
    expect(() => pairRecoder({ gan: stranger, network })).toThrow('gan.pairRecoder: expected a network [3] → [2]')
    network.dispose()
  })
})
