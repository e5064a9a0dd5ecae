import { key, useBackend } from '@gen/backend'
import { tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { fingerprint, fnv1a } from './fingerprint.ts'
import { fit } from './fit.ts'
import { lawBatches, regression } from './fixtures/toy-models.ts'
import { last } from './last.ts'
import { sgd } from './optimizers/sgd.ts'

describe('the hash', () => {
  // The vectors of the specification.
  it.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['foobar', '85944171f73967e8'],
  ])('of %j is %s', (text, digits) => {
    const hash = fnv1a()
    hash.add(new TextEncoder().encode(text))
    expect(hash.digits()).toBe(digits)
  })

  it('of parts is that of the whole, and that of big integers', () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * 97) % 256)
    const hash = fnv1a()
    hash.add(bytes.subarray(0, 333))
    hash.add(bytes.subarray(333))
    let exact = 0xcbf29ce484222325n
    for (const byte of bytes) exact = ((exact ^ BigInt(byte)) * 0x100000001b3n) % 2n ** 64n
    expect(hash.digits()).toBe(exact.toString(16).padStart(16, '0'))
  })
})

describe('the fingerprint of a model', () => {
  beforeAll(() => useBackend('cpu'))

  it('is the same for the same training, and another after one step more or one bit', async () => {
    const options = (steps: number) => ({ steps, optimizer: sgd({ learningRate: 0.1 }), key: key(1) })
    const trained = async (steps: number) => {
      const model = regression()
      await last(fit(model, lawBatches(), options(steps)))
      const bits = await fingerprint(model)
      return { model, bits }
    }
    const [first, again, longer] = [await trained(5), await trained(5), await trained(6)]
    expect(first.bits).toMatch(/^[0-9a-f]{16}$/)
    expect(again.bits).toBe(first.bits)
    expect(longer.bits).not.toBe(first.bits)
    const values = first.model.weight.dataSync().slice()
    new Int32Array(values.buffer)[3]! ^= 1
    tidy(() => again.model.weight.assign(tensor(values, again.model.weight.shape)))
    expect(await fingerprint(again.model)).not.toBe(first.bits)
    for (const { model } of [first, again, longer]) model.dispose()
  })
})
