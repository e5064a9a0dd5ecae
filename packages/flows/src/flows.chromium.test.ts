/** Flows on WebGPU give the CPU's densities and gradients. @module */
import { type BackendName, fold, key, normalArray, useBackend } from '@gen/backend'
import { mean, neg, type Tensor, tensor, variableGrads } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { cnf, convNetwork, type Flow, glow, iaf, maf, nsf } from './index.ts'

const hidden = [8]
const models: Record<string, () => Flow<Tensor>> = {
  nsf: () => nsf(3, { bins: 4, key: key(0) }),
  maf: () => maf(3, { hidden, key: key(0) }),
  iaf: () => iaf(3, { hidden, key: key(0) }),
  'cnf in fixed steps': () => cnf(3, { hidden, steps: 6, key: key(0) }),
  glow: () => glow([4, 4, 1], { steps: 1, network: convNetwork({ width: 8, blocks: 1 }), key: key(0) }),
}

/** The mean log-density of some events, and the gradient of every parameter. */
async function evaluate(make: () => Flow<Tensor>, backend: BackendName): Promise<number[]> {
  await useBackend(backend)
  const model = make()
  for (const [i, variable] of model.variables().entries()) {
    const noise = normalArray(fold(key(1), i), 1, variable.size).map((v) => 0.2 * v)
    const values = await variable.data()
    const moved = tensor(
      noise.map((v, j) => v + values[j]!),
      variable.shape,
    )
    variable.assign(moved)
    moved.dispose()
  }
  const raw = normalArray(key(2), 5, model.size).map((v) => (model.domain.min > -1 ? 1 / (1 + Math.exp(-v)) : v))
  const x = tensor(raw, [5, ...model.shape])
  const { value, grads } = variableGrads(() => neg(mean(model.logProb(x))), model.variables())
  const results: number[] = []
  for (const result of [value, ...Object.values(grads)]) {
    results.push(...(await result.data()))
    result.dispose()
  }
  x.dispose()
  model.dispose()
  return results
}

it.each(Object.entries(models))('%s', async (_, make) => {
  const expected = await evaluate(make, 'cpu')
  const got = await evaluate(make, 'webgpu')
  expect(got).toBeAllClose(expected, { rtol: 1e-3, atol: 1e-3 })
})
