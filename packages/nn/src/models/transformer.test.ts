import { GenError, key, randint, useBackend } from '@gen/backend'
import { dispose, memory, slice, type Tensor, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { perturb, run, saveAndLoad } from '../testing.ts'
import { type TransformerOptions, transformer } from './transformer.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const [tokens, length, outputs, rows] = [5, 6, 4, 3]
const make = (options: Partial<TransformerOptions> = {}) =>
  transformer({ tokens, length, outputs, width: 8, depth: 2, heads: 2, window: 1, key: key(1), ...options })

/** Random sequences, and others that differ from them from a place on. */
function sequences(from: number): [Tensor, Tensor] {
  const [one, other] = [2, 3].map((seed) => {
    const drawn = randint(key(seed), [rows, length], { max: tokens })
    const values = drawn.dataSync()
    drawn.dispose()
    return values
  })
  const mixed = one!.map((token, i) => (i % length < from ? token : other![i]!))
  return [tensor2d(one!, [rows, length], 'int32'), tensor2d(mixed, [rows, length], 'int32')]
}

/** The outputs at some places, `[rows, places, outputs]`, as plain numbers. */
function at(y: Tensor, place: number): number[] {
  const part = slice(y, [0, place, 0], [rows, 1, outputs])
  const values = [...part.dataSync()]
  part.dispose()
  return values
}

describe('transformer', () => {
  it.each([false, true])('gives its shape, and the same numbers once saved and loaded (causal: %s)', async (causal) => {
    const network = make({ causal })
    perturb(network, key(5))
    const loaded = await saveAndLoad(network)
    const [x, other] = sequences(0)
    const [y, again] = [run(network, [x]), run(loaded, [x])]
    expect(y.shape).toEqual([rows, length, outputs])
    expect(again.dataSync()).toEqual(y.dataSync())
    dispose([x, other, y, again])
    network.dispose()
    loaded.dispose()
  })

  it('lets no token change the outputs before it, bit by bit, where it is causal', () => {
    const network = make({ causal: true })
    perturb(network, key(5))
    for (let from = 0; from < length; from++) {
      const inputs = sequences(from)
      const [y, changed] = inputs.map((x) => run(network, [x])) as [Tensor, Tensor]
      for (let place = 0; place < from; place++) expect(at(changed, place)).toEqual(at(y, place))
      expect(at(changed, length - 1)).not.toEqual(at(y, length - 1))
      dispose([...inputs, y, changed])
    }
    network.dispose()
  })

  it('lets every token change every output, where it is not', () => {
    const network = make()
    perturb(network, key(5))
    const inputs = sequences(length - 1)
    const [y, changed] = inputs.map((x) => run(network, [x])) as [Tensor, Tensor]
    for (let place = 0; place < length; place++) expect(at(changed, place)).not.toEqual(at(y, place))
    dispose([...inputs, y, changed])
    network.dispose()
  })

  it('refuses sizes that make none, and leaves nothing', () => {
    const before = memory().numTensors
    expect(() => make({ heads: 3 })).toThrow(/nn\.transformer: expected width divisible by 3, got 8; pass heads: 1/)
    expect(() => make({ depth: 0 })).toThrow(GenError)
    expect(() => make({ tokens: 2.5 })).toThrow(/nn\.transformer: expected tokens an integer ≥ 1/)
    expect(memory().numTensors).toBe(before)
  })
})
