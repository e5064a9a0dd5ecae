import { key, normal, useBackend } from '@gen/backend'
import { memory, mul, scalar, sub, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { removeNoise } from '../predictions/forward.ts'
import { cosine } from '../schedules/cosine.ts'
import { alphaOf, levelOf } from '../schedules/level.ts'
import { linear } from '../schedules/linear.ts'
import { evenSpacing } from '../spacings/even.ts'
import { ddim, freshNoise } from './ddim.ts'
import type { Levels, SamplerContext, SamplerState } from './sampler.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** The signal ratios of even steps. */
const ratiosOf = (steps: number) => evenSpacing()(linear(), steps).slice(0, -1).map(alphaOf)

/** A made-up network, ε = x/2 − α, that notes the ratios it is asked for. */
function context(start: Tensor, asked: number[] = []): SamplerContext {
  return {
    start,
    schedule: linear(),
    predict(x, level) {
      const alpha = alphaOf(level as Exclude<Levels, readonly unknown[]>)
      asked.push(alpha)
      return tidy(() => {
        const eps = sub(mul(x, 0.5), scalar(alpha))
        return { eps, clean: removeNoise(x, alpha, eps) }
      })
    },
    noise: (i) => normal(key(100 + i), start.shape),
  }
}

interface Record1 {
  alpha: number
  x: number[]
  clean: number[]
}

function runAll(sampler: ReturnType<typeof ddim>, asked: number[] = []): { states: Record1[]; result: number[] } {
  const start = normal(key(1), [3, 2])
  const states: Record1[] = []
  const run = sampler.run(context(start, asked))
  let next = run.next()
  while (!next.done) {
    const { alpha, x, clean } = next.value
    states.push({ alpha, x: [...x.dataSync()], clean: [...clean.dataSync()] })
    next = run.next()
  }
  const result = [...next.value.dataSync()]
  next.value.dispose()
  start.dispose()
  return { states, result }
}

describe('ddim', () => {
  it('asks once at each ratio of one list and puts noise back at the next one', () => {
    const asked: number[] = []
    const { states, result } = runAll(ddim({ steps: 5 }), asked)
    const ratios = ratiosOf(5)
    expect(asked).toEqual(ratios)
    expect(states.map(({ alpha }) => alpha)).toEqual(ratios)
    for (let i = 0; i < 4; i++) {
      const [alpha, next] = [ratios[i]!, ratios[i + 1]!]
      const expected = states[i]!.x.map((x) => {
        const eps = x / 2 - alpha
        const clean = (x - Math.sqrt(1 - alpha) * eps) / Math.sqrt(alpha)
        return Math.sqrt(next) * clean + Math.sqrt(1 - next) * eps
      })
      expect(states[i + 1]!.x).toBeAllClose(expected, { rtol: 1e-4, atol: 1e-4 })
    }
    expect(result).toEqual(states[4]!.clean)
  })

  it('with η = 1 is DDPM’s ancestral sampling', () => {
    const { states } = runAll(ddim({ steps: 4, eta: 1 }))
    const ratios = ratiosOf(4)
    for (let i = 0; i < 3; i++) {
      const [bar, barNext] = [ratios[i]!, ratios[i + 1]!]
      // Ho et al., eq. 7: the posterior of the next state given this one and x̂₀; α = ᾱ/ᾱ′ and β = 1 − α of this step.
      const [alpha, beta] = [bar / barNext, 1 - bar / barNext]
      const deviation = Math.sqrt(((1 - barNext) / (1 - bar)) * beta)
      expect(freshNoise(levelOf(bar), levelOf(barNext), 1)).toBeCloseTo(deviation, 12)
      const z = normal(key(100 + i), [3, 2])
      const expected = states[i]!.x.map((x, j) => {
        const ofClean = (Math.sqrt(barNext) * beta) / (1 - bar)
        const ofState = (Math.sqrt(alpha) * (1 - barNext)) / (1 - bar)
        return ofClean * states[i]!.clean[j]! + ofState * x + deviation * z.dataSync()[j]!
      })
      z.dispose()
      expect(states[i + 1]!.x).toBeAllClose(expected, { rtol: 1e-3, atol: 1e-3 })
    }
  })

  it('in one step is x̂₀ of the noise', () => {
    const { states, result } = runAll(ddim({ steps: 1, eta: 1 }))
    expect(states).toHaveLength(1)
    expect(result).toEqual(states[0]!.clean)
  })

  it.each([1, 2, 3])('leaves nothing when it is left at step %i', (stop) => {
    const start = normal(key(1), [3, 2])
    const before = memory().numTensors
    const run = ddim({ steps: 3, eta: 0.5 }).run(context(start))
    for (let i = 0; i < stop; i++) run.next()
    run.return(start)
    expect(memory().numTensors).toBe(before)
    start.dispose()
  })

  it('leaves nothing when the network throws', () => {
    const start = normal(key(1), [3, 2])
    const before = memory().numTensors
    const faulty: SamplerContext = {
      ...context(start),
      predict() {
        throw new Error('broken network')
      },
    }
    expect(() => ddim().run(faulty).next()).toThrow('broken network')
    expect(memory().numTensors).toBe(before)
    start.dispose()
  })

  it('refuses no steps and an η outside [0, 1]', () => {
    expect(() => ddim({ steps: 0 })).toThrow('diffusion.ddim: expected steps')
    expect(() => ddim({ eta: 1.5 })).toThrow('diffusion.ddim: expected eta')
  })

  it('steps tell where they are', () => {
    const start = normal(key(1), [1, 1])
    const steps: SamplerState['step'][] = []
    const run = ddim({ steps: 3 }).run({ ...context(start), schedule: cosine() })
    let next = run.next()
    while (!next.done) {
      steps.push(next.value.step)
      next = run.next()
    }
    next.value.dispose()
    start.dispose()
    expect(steps).toEqual([1, 2, 3])
  })
})
