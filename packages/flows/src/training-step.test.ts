/** Every preset trains on simd: loss, gradients and the step are those of cpu. @module */
import { type Key, key, normal, uniform, useBackend } from '@gen/backend'
import { adam, fit, last, type Trainable } from '@gen/train'
import { type Tensor, type Tensor4D, tidy, type Variable, variableGrads } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import {
  affineCoupling,
  cnf,
  convNetwork,
  type FlowBatch,
  flow,
  glow,
  iaf,
  imageFlow,
  logit,
  maf,
  nice,
  nsf,
  nsfAutoregressive,
  realNvp,
  variationalDequantizer,
} from './index.ts'
import { perturb } from './testing/cases.ts'

type Model = Trainable<FlowBatch> & { variables(): Variable[] }

const size = 3
const shape = [4, 4, 2] as const
const network = convNetwork({ width: 8, blocks: 1 })

function images(k: Key): Model {
  const layer = affineCoupling(shape, { mask: 'checkerboard', context: 2, network, key: k })
  const noise = flow<Tensor4D>({ transforms: [logit(shape), layer] })
  const model = glow(shape, { levels: 2, steps: 1, network, key: k })
  return imageFlow({ flow: model, dequantizer: variationalDequantizer(noise) })
}

const presets: Record<string, (k: Key) => Model> = {
  nice: (k) => nice(size, { key: k }),
  realNvp: (k) => realNvp(size, { key: k }),
  maf: (k) => maf(size, { key: k }),
  iaf: (k) => iaf(size, { key: k }),
  nsf: (k) => nsf(size, { key: k }),
  nsfAutoregressive: (k) => nsfAutoregressive(size, { key: k }),
  cnf: (k) => cnf(size, { hidden: [8, 8], key: k }),
  'glow with learned noise': images,
}

const numbers = (tensors: readonly Tensor[]) => tensors.map((one) => one.dataSync() as Float32Array)

/** Loss and gradients at weights of a key, then the weights after one step of Adam. */
async function stepOn(backend: 'cpu' | 'simd', make: (k: Key) => Model): Promise<Float32Array[]> {
  await useBackend(backend)
  const model = make(key(0))
  const variables = model.variables()
  perturb(variables, key(1))
  const [player] = model.players
  const x = () => tidy(() => (make === images ? uniform(key(2), [4, ...shape]) : normal(key(2), [16, size])))
  const measured = tidy(() => {
    const { value, grads } = variableGrads(() => player!.loss({ x: x() }, key(3)).total, variables)
    return numbers([value, ...variables.map(({ name }) => grads[name]!)])
  })
  const optimizer = adam({ learningRate: 1e-2 })
  await last(fit(model, { at: () => ({ x: x() }) }, { steps: 1, optimizer, key: key(4) }))
  const after = numbers(variables)
  for (const variable of variables) variable.dispose()
  return [...measured, ...after]
}

it.each(Object.entries(presets))('%s', async (_, make) => {
  const expected = await stepOn('cpu', make)
  const actual = await stepOn('simd', make)
  expect(actual).toHaveLength(expected.length)
  actual.forEach((values, i) => {
    const scale = expected[i]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    expect(scale).toBeGreaterThan(0)
    expect(values).toBeAllClose(expected[i]!, { rtol: 1e-3, atol: 1e-3 * scale })
  })
})
