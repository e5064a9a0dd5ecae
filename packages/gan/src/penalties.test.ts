/** Penalties through our discriminators: their gradients are those of finite differences, and they reach the update. */

import { fold, type Key, key, normalArray, useBackend } from '@gen/backend'
import { type Critic, draganPenalty, gradientPenalty, type Penalty, r1, r2, relativistic } from '@gen/losses'
import type { Network } from '@gen/model'
import {
  add,
  dispose,
  mul,
  reshape,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  tensor1d,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { gan } from './gan.ts'
import { mlpDiscriminator, mlpGenerator } from './networks/mlp.ts'
import { batchFor } from './testing/cases.ts'
import { discriminators, inputFor } from './testing/discriminators.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const penalties: readonly Penalty[] = [
  r1({ weight: 2 }),
  r2({ weight: 2 }),
  gradientPenalty({ weight: 2 }),
  draganPenalty({ weight: 2 }),
]

/** Moves weights off their start and, by many calls, spectral vectors to their ends, where their gradient is exact. */
function settle(network: Network, critic: Critic, x: Tensor): void {
  network.variables().forEach((variable, i) => {
    const noise = normalArray(fold(key(5), i), 1, variable.size).map((z) => 0.2 * z)
    tidy(() => variable.assign(add(variable, tensor(noise, variable.shape))))
  })
  if ((network.state?.() ?? []).length > 0) for (let i = 0; i < 80; i++) tidy(() => void critic(x))
}

/** The derivative of a penalty along some direction in all variables: by the tape, and by differences. */
function bothWays(variables: Variable[], penalty: () => Scalar): [derivative: number, difference: number] {
  for (let seed = 6; seed < 16; seed++) {
    const both = along(variables, penalty, key(seed))
    if (both) return both
  }
  throw new Error('no direction without a kink')
}

/** Undefined where activations switch on the way whatever the step: a slope is no derivative there. */
function along(variables: Variable[], penalty: () => Scalar, k: Key): [number, number] | undefined {
  const directions = variables.map((variable, i) => normalArray(fold(k, i), 1, variable.size))
  const length = Math.sqrt(directions.reduce((total, d) => total + d.reduce((part, value) => part + value ** 2, 0), 0))
  const unit = variables.map((variable, i) =>
    tensor(
      directions[i]!.map((d) => d / length),
      variable.shape,
    ),
  )
  const starts = variables.map((variable) => variable.clone())
  const at = (t: number) =>
    tidy(() => {
      for (const [i, variable] of variables.entries()) variable.assign(add(starts[i]!, mul(unit[i]!, t)))
      return penalty().dataSync()[0]!
    })
  const derivative = tidy(() => {
    const { grads } = variableGrads(penalty, variables)
    return variables.reduce((total, { name }, i) => {
      return grads[name] ? total + sum(mul(grads[name], unit[i]!)).dataSync()[0]! : total
    }, 0)
  })
  const slope = (h: number) => (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
  // Where an activation switches, the slope depends on the step.
  const steps = [4e-3, 2e-3, 1e-3, 5e-4, 2.5e-4, 1.25e-4].map(slope)
  const smooth = steps.findIndex((value, i) => Math.abs(value - steps[i + 1]!) < 0.01 * Math.abs(value))
  for (const [i, variable] of variables.entries()) variable.assign(starts[i]!)
  dispose([unit, starts])
  return smooth < 0 ? undefined : [derivative, steps[smooth]!]
}

it.each(Object.entries(discriminators))('%s: penalties have the gradients of finite differences', (_, make) => {
  const network = make(key(1))
  const label = network.labels ? tensor1d([0, 2], 'int32') : undefined
  const critic: Critic = (x) => reshape(network.apply(x, { label, training: true }), [-1])
  const [real, fake] = [inputFor(network, 2), inputFor(network, 2, key(61))]
  settle(network, critic, real)
  for (const penalty of penalties) {
    const [derivative, difference] = bothWays(network.variables(), () => penalty(critic, { real, fake }, key(7)))
    expect(Math.abs(difference), penalty.name).toBeGreaterThan(1e-4)
    expect([derivative], penalty.name).toBeAllClose([difference], { rtol: 1e-2, atol: 1e-5 })
  }
  dispose([real, fake, ...(label ? [label] : []), ...network.variables(), ...(network.state?.() ?? [])])
})

describe('dropping a penalty', () => {
  const gradients = (used: readonly Penalty[]) => {
    const generator = mlpGenerator({ shape: [2], latentSize: 2, widths: [8], key: key(1) })
    const discriminator = mlpDiscriminator({ shape: [2], widths: [8], key: key(2) })
    const model = gan({ generator, discriminator, objective: relativistic(), penalties: used })
    const batch = batchFor(model)
    const [player] = model.players
    const values = tidy(() => {
      const { grads } = variableGrads(() => player.loss(batch, key(3)).total, player.variables())
      return player.variables().flatMap(({ name }) => [...(grads[name]?.dataSync() ?? [])])
    })
    dispose(Object.values(batch))
    model.dispose()
    return values
  }

  it.each(penalties.map((penalty) => [penalty.name, penalty] as const))('%s changes the update', (_, penalty) => {
    const others = penalties.filter(({ name }) => name !== penalty.name)
    const [all, fewer] = [gradients([...others, penalty]), gradients(others)]
    const change = Math.hypot(...all.map((value, i) => value - (fewer[i] ?? 0)))
    expect(change).toBeGreaterThan(0.01 * Math.hypot(...all))
  })
})
