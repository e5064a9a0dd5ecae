import { fold, GenError, key, randint, useBackend } from '@gen/backend'
import {
  dispose,
  memory,
  mul,
  type Scalar,
  square,
  sum,
  type Tensor,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type LayerCase, layerCases } from './layer-cases.ts'
import { modelOf, numbers, perturb, run, saveAndLoad, secondOrder } from './testing.ts'

const seed = key(11)

function inputsOf({ inputs, classes }: LayerCase): Tensor[] {
  if (classes === undefined) return inputs.map((shape, i) => numbers(fold(seed, i), shape))
  return inputs.map((shape) => randint(seed, shape, { max: classes }))
}

beforeAll(async () => {
  await useBackend('cpu')
})

describe.each(Object.entries(layerCases))('%s', (_, current) => {
  const { make, inputs, output, bad, classes } = current
  const dtype = classes === undefined ? undefined : 'int32'

  it('gives its shape, symbolically and in numbers, and leaks nothing', () => {
    const network = modelOf(make(seed), inputs, dtype)
    const tensors = inputsOf(current)
    const before = memory().numTensors
    const y = run(network, tensors, true)
    expect(memory().numTensors).toBe(before + 1)
    expect(y.shape).toEqual(output)
    expect((network.outputShape as number[]).slice(1)).toEqual(output.slice(1))
    dispose([y, tensors])
    network.dispose()
  })

  it('saves and loads to the same numbers', async () => {
    const network = modelOf(make(seed), inputs, dtype)
    perturb(network, fold(seed, 7))
    const loaded = await saveAndLoad(network)
    const tensors = inputsOf(current)
    const [y, again] = [run(network, tensors), run(loaded, tensors)]
    expect(again.dataSync()).toEqual(y.dataSync())
    dispose([y, again, tensors])
    network.dispose()
    loaded.dispose()
  })

  it('has the same weights for the same key only', () => {
    const [one, same, other] = [seed, seed, fold(seed, 1)].map((k) => {
      const network = modelOf(make(k), inputs, dtype)
      const weights = network.getWeights().map((weight) => [...weight.dataSync()])
      network.dispose()
      return weights
    })
    expect(same).toEqual(one)
    if (one!.flat().some((value) => value !== 0 && value !== 1)) expect(other).not.toEqual(one)
  })

  it('lets the gradient reach every trainable weight', () => {
    const network = modelOf(make(seed), inputs, dtype)
    perturb(network, fold(seed, 8))
    const tensors = inputsOf(current)
    const variables = network.trainableWeights.map((weight) => weight.read() as Variable)
    if (variables.length > 0) {
      const zero = tidy(() => {
        const loss = () => {
          const y = run(network, tensors, true)
          return sum(mul(square(y), numbers(seed, y.shape))) as Scalar
        }
        const { grads } = variableGrads(loss, variables)
        return variables
          .filter(({ name }) => grads[name]!.dataSync().every((value) => value === 0))
          .map(({ name }) => name)
      })
      expect(zero).toEqual([])
    }
    dispose(tensors)
    network.dispose()
  })

  // Labels have no derivatives.
  const differentiable = classes === undefined ? it : undefined
  differentiable?.('has the second derivatives of finite differences', () => {
    const network = modelOf(make(seed), inputs)
    perturb(network, fold(seed, 9))
    const tensors = inputsOf(current)
    const [derivative, difference] = secondOrder(network, tensors, fold(seed, 10))
    expect(Math.abs(derivative)).toBeGreaterThan(1e-2)
    expect([derivative]).toBeAllClose([difference], { rtol: 3e-3, atol: 1e-3 })
    dispose(tensors)
    network.dispose()
  })

  it('refuses inputs that do not fit', () => {
    const layer = make(seed)
    const network = modelOf(layer, inputs, dtype)
    for (const shapes of bad) {
      const tensors = shapes.map((shape) => numbers(seed, shape))
      expect(catchGenError(() => layer.apply(tensors))).toMatch(/^shape nn\.\w+: expected .+, got /)
      dispose(tensors)
    }
    network.dispose()
  })
})

/** Code and message of the GenError that a function throws. */
function catchGenError(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (GenError.is(error)) return `${error.code} ${error.message}`
    throw error
  }
  return 'no error'
}
