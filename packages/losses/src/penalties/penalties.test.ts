/** Penalties: by hand, and by finite differences through every layer that discriminators use. @module */
import { fold, type Key, key, normal, silu, useBackend } from '@gen/backend'
import {
  convEncoder,
  convolution,
  dense,
  downsample,
  groupNormalization,
  minibatchStdDev,
  mlp,
  residualBlock,
} from '@gen/nn'
import {
  add,
  dispose,
  leakyRelu,
  matMul,
  mul,
  reshape,
  type Scalar,
  square,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
  type Variable,
  variable,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Critic, draganPenalty, gradientPenalty, type Penalty, r1, r2 } from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const penalties: Penalty[] = [
  r1({ weight: 2 }),
  r2({ weight: 2 }),
  gradientPenalty({ weight: 2 }),
  gradientPenalty({ weight: 2, target: 0.05, oneSided: true }),
  draganPenalty({ weight: 2 }),
]

/** Layers as tfjs has them. */
interface Layer {
  apply(x: Tensor, options?: { training: boolean }): unknown
  readonly trainableWeights: readonly { read(): Tensor }[]
}

interface CriticCase {
  readonly shape: readonly number[]
  /** How far a difference may go: a kink of leakyRelu makes the penalty jump, so few may lie on the way. @default 0.02 */
  readonly step?: number
  readonly layers: () => readonly (Layer | ((x: Tensor) => Tensor))[]
}

const flat = (x: Tensor) => reshape(x, [x.shape[0], -1])
const cases: Record<string, CriticCase> = {
  'dense and leakyRelu': {
    shape: [3],
    step: 1e-3,
    layers: () => [dense({ units: 5, key: key(1) }), (x) => leakyRelu(x, 0.2), dense({ units: 1, key: key(2) })],
  },
  'dense with a spectral norm': {
    shape: [3],
    step: 1e-3,
    layers: () => [
      dense({ units: 4, key: key(1), spectral: true }),
      (x) => leakyRelu(x, 0.2),
      dense({ units: 1, key: key(2), spectral: true }),
    ],
  },
  'convolutions of stride 2, leakyRelu': {
    shape: [5, 5, 2],
    step: 1e-3,
    layers: () => [
      convolution({ channels: 3, stride: 2, key: key(1) }),
      (x) => leakyRelu(x, 0.2),
      convolution({ channels: 2, stride: 2, size: 4, key: key(2) }),
      flat,
      dense({ units: 1, key: key(3) }),
    ],
  },
  'convolution of stride 2 with a spectral norm': {
    shape: [4, 4, 2],
    layers: () => [
      convolution({ channels: 3, stride: 2, key: key(1), spectral: true }),
      silu,
      flat,
      dense({ units: 1, key: key(3) }),
    ],
  },
  'group norm and silu': {
    shape: [4, 4, 2],
    layers: () => [
      convolution({ channels: 4, key: key(1) }),
      groupNormalization({ groups: 2 }),
      silu,
      flat,
      dense({ units: 1, key: key(3) }),
    ],
  },
  'group norm with silu fused in': {
    shape: [4, 4, 2],
    layers: () => [
      convolution({ channels: 4, key: key(1) }),
      groupNormalization({ groups: 2, activation: 'silu' }),
      flat,
      dense({ units: 1, key: key(3) }),
    ],
  },
  'minibatch standard deviation': {
    shape: [3, 3, 2],
    layers: () => [
      convolution({ channels: 2, key: key(1) }),
      minibatchStdDev({ groupSize: 4 }),
      silu,
      flat,
      dense({ units: 1, key: key(3) }),
    ],
  },
  'residual block and downsampling': {
    shape: [4, 4, 2],
    layers: () => [residualBlock({ channels: 4, key: key(1) }), downsample(), flat, dense({ units: 1, key: key(3) })],
  },
  'an mlp': {
    shape: [3],
    layers: () => [mlp({ inputs: 3, outputs: 1, widths: [6, 6], activation: 'silu', key: key(1) })],
  },
  'a convEncoder with spectral norms': {
    shape: [8, 8, 1],
    layers: () => [
      convEncoder({
        shape: [8, 8, 1],
        outputs: 1,
        widths: [4, 8],
        normalization: 'none',
        spectral: true,
        groupSize: 4,
        key: key(0),
      }),
    ],
  },
}

function build({ shape, layers }: CriticCase): { critic: Critic; variables: Variable[]; release: () => void } {
  const built = layers()
  const critic: Critic = (x) => {
    const y = built.reduce<Tensor>(
      (h, layer) => (typeof layer === 'function' ? layer(h) : (layer.apply(h) as Tensor)),
      x,
    )
    return reshape(y, [-1])
  }
  tidy(() => critic(normal(key(0), [2, ...shape]))).dispose()
  const objects = built.filter(
    (layer): layer is Layer & { weights: readonly { read(): Tensor }[] } => typeof layer !== 'function',
  )
  const variables = objects.flatMap((layer) => layer.trainableWeights.map((weight) => weight.read() as Variable))
  return {
    critic,
    variables,
    release: () => dispose(objects.flatMap((layer) => layer.weights.map((weight) => weight.read()))),
  }
}

/** The derivative of a loss along one direction in all variables, by its gradient and by a difference of fourth order. */
function derivatives(
  loss: () => Scalar,
  variables: Variable[],
  k: Key,
  step: number,
): [gradient: number, difference: number] {
  const start = variables.map((each) => each.clone())
  const raw = variables.map((each, i) => normal(fold(k, i), each.shape))
  const length = Math.sqrt(tidy(() => raw.reduce((total, d) => total + sum(square(d)).dataSync()[0]!, 0)))
  const gradient = tidy(() => {
    const { grads } = variableGrads(loss, variables)
    // An output's bias is nowhere in the gradient: its own is null.
    const along = variables.map(({ name }, i) => (grads[name] ? sum(mul(grads[name], raw[i]!)).dataSync()[0]! : 0))
    return along.reduce((total, each) => total + each / length, 0)
  })
  const at = (t: number) =>
    tidy(() => {
      for (const [i, each] of variables.entries()) each.assign(add(start[i]!, mul(raw[i]!, t / length)))
      return loss().dataSync()[0]!
    })
  const difference = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
  for (const [i, each] of variables.entries()) each.assign(start[i]!)
  dispose([start, raw])
  return [gradient, difference]
}

describe.each(Object.entries(cases))('second-order gradients through %s', (_, each) => {
  it('equal finite differences, for every penalty', () => {
    const { critic, variables, release } = build(each)
    const batch = { real: normal(key(11), [4, ...each.shape]), fake: normal(key(12), [4, ...each.shape]) }
    const found = penalties.map((penalty) =>
      derivatives(() => penalty(critic, batch, key(13)), variables, key(14), each.step ?? 0.02),
    )
    dispose([batch.real, batch.fake])
    release()
    for (const [gradient, difference] of found) {
      expect(Math.abs(gradient)).toBeGreaterThan(1e-6)
      expect([gradient]).toBeAllClose([difference], { rtol: 5e-3, atol: 2e-4 })
    }
  })
})

describe('by hand, where the critic is a·x and its gradient a', () => {
  const critic: Critic = (x) => tidy(() => reshape(matMul(x as Tensor2D, tensor2d([[3], [0], [4]])), [-1]))
  const evaluate = (penalty: Penalty) =>
    tidy(() => {
      const batch = { real: normal(key(1), [5, 3]), fake: normal(key(2), [5, 3]) }
      return penalty(critic, batch, key(3)).dataSync()[0]!
    })

  it.each([
    [r1({ weight: 2 }), 25],
    [r2({ weight: 4 }), 50],
    [gradientPenalty({ weight: 1 }), 16],
    [gradientPenalty({ weight: 10, target: 5 }), 0],
    [gradientPenalty({ weight: 1, target: 6 }), 1],
    [gradientPenalty({ weight: 1, target: 6, oneSided: true }), 0],
    [gradientPenalty({ weight: 1, target: 3, oneSided: true }), 4],
    [draganPenalty({ weight: 2 }), 32],
  ])('$name', (penalty, expected) => {
    expect([evaluate(penalty)]).toBeAllClose([expected], { rtol: 1e-4, atol: 1e-4 })
  })
})

it('is zero and has a finite gradient where the critic is flat', () => {
  const w: Variable = tidy(() => variable(zeros([3, 1])))
  const critic: Critic = (x) => tidy(() => reshape(matMul(x as Tensor2D, w as unknown as Tensor2D), [-1]))
  const batch = { real: normal(key(1), [4, 3]), fake: normal(key(2), [4, 3]) }
  for (const penalty of penalties) {
    const { value, grads } = variableGrads(() => penalty(critic, batch, key(3)), [w])
    expect([...value.dataSync(), ...grads[w.name]!.dataSync()].every(Number.isFinite)).toBe(true)
    dispose([value, grads])
  }
  dispose([w, batch.real, batch.fake])
})

it('looks where it says: R1 at data, R2 at samples, WGAN-GP between, DRAGAN around', () => {
  let seen = 0
  const critic: Critic = (x) => {
    seen = Array.from(x.dataSync()).reduce((total, value) => total + value, 0) / x.size
    return tidy(() => sum(square(x), 1))
  }
  tidy(() => {
    const real = add(mul(normal(key(1), [500, 2]), 0.1), 1)
    const fake = add(mul(normal(key(2), [500, 2]), 0.1), -1)
    const average = (penalty: Penalty, k = key(3)) => {
      penalty(critic, { real, fake }, k)
      return seen
    }
    expect(average(r1())).toBeCloseTo(1, 1)
    expect(average(r2())).toBeCloseTo(-1, 1)
    expect(average(draganPenalty())).toBeCloseTo(1, 1)
    expect(Math.abs(average(gradientPenalty()))).toBeLessThan(0.2)
    expect(average(gradientPenalty(), key(4))).not.toBe(average(gradientPenalty(), key(5)))
  })
})

it('has a name and a config, and refuses bad options and batches', () => {
  expect(penalties.map(({ name }) => name)).toEqual(['r1', 'r2', 'gradientPenalty', 'gradientPenalty', 'dragan'])
  expect(r1({ weight: 3 }).config).toEqual({ kind: 'r1', weight: 3 })
  expect(() => r1({ weight: -1 })).toThrow('losses.r1: expected weight a number ≥ 0, got -1')
  const batch = { real: normal(key(1), [4, 3]), fake: normal(key(2), [5, 3]) }
  const critic: Critic = (x) => tidy(() => sum(x, 1))
  expect(() => gradientPenalty()(critic, batch, key(0))).toThrow('pass as many fake samples as real ones')
  dispose([batch.real, batch.fake])
})
