import '@tensorflow/tfjs-backend-cpu'
import { getKernelsForBackend } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { fastKernels } from './all.ts'
import { coldCalls } from './cold-calls.ts'
import { agreesWithCpu, describeBackend } from './laws.ts'

/** Cannot be called in Node. */
const needsCanvas = ['Draw']

it('every kernel of tfjs is fast, or listed as cold', () => {
  const fast = fastKernels.map(({ kernelName }) => kernelName)
  expect(new Set(fast).size).toBe(fast.length)
  const known = getKernelsForBackend('cpu').map(({ kernelName }) => kernelName)
  expect(known.filter((name) => !fast.includes(name)).sort()).toEqual(
    [...Object.keys(coldCalls), ...needsCanvas].sort(),
  )
})

// tfjs-backend-cpu's code over our memory; none of it is hot in training.
describeBackend('cold kernels', () => {
  it.each(Object.entries(coldCalls))(
    '%s gives what it gives on cpu, and leaves its inputs alone',
    (_, [op, ...specs]) => agreesWithCpu(op, specs),
  )
})
