import { fold, key, normal, useBackend } from '@gen/backend'
import { adamW, fit, last, type Trainable } from '@gen/train'
import {
  add,
  dispose,
  grad,
  memory,
  mul,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { optimalDataNetwork } from '../fixtures/optimal-clean.ts'
import {
  consistencyDistillation,
  consistencySampler,
  consistencyTraining,
  coupledPairs,
  type Diffusion,
  type DiffusionBatch,
  dataPrediction,
  ddim,
  diffusion,
  flowMatching,
  flowPrediction,
  meanFlow,
  meanFlowSample,
  pointDenoiser,
  progressiveDistillation,
  rectifiedFlow,
  trailingSpacing,
} from '../index.ts'
import { averageVelocity } from './average-velocity.ts'
import { alongTangent } from './mean-flow.ts'

/** Of one Gaussian the deterministic path ends at `center + deviation · noise`, in one step as in many. */
const [center, deviation] = [[1, -0.5], 0.5] as const
const gaussian = { means: [center], stds: [deviation], weights: [1] }
const batches = {
  at: (i: number): DiffusionBatch => ({
    x: tidy(() => add(mul(normal(key(100 + i), [128, 2]), deviation), tensor2d([[...center]]))),
  }),
}
const teacher = () =>
  diffusion({ network: optimalDataNetwork(gaussian), schedule: rectifiedFlow(), prediction: dataPrediction() })
const newStudent = () => {
  const network = pointDenoiser({ size: 2, hidden: [32, 32], residual: false, augmentation: 6, key: key(7) })
  return diffusion({ network, schedule: rectifiedFlow({ end: 0.98 }), prediction: flowPrediction() })
}

beforeAll(async () => {
  await useBackend()
})

async function trained(
  training: Trainable<DiffusionBatch>,
  steps: number,
  seed = 1,
  own: typeof batches = batches,
): Promise<void> {
  const optimizer = adamW({ learningRate: 3e-3 })
  await last(fit(training, own, { steps, optimizer, ema: 0.98, key: key(seed) }))
}

const sampleKey = key(5)

/** Root mean square distance of samples in so many calls from where the path ends. */
async function errorOf(sample: (noise: Tensor) => Promise<Tensor>): Promise<number> {
  const noise = normal(fold(sampleKey, 0), [256, 2])
  const x = await sample(noise)
  const [z, found] = [[...noise.dataSync()], [...x.dataSync()]]
  dispose([noise, x])
  const squares = found.map((value, i) => (value - center[i % 2]! - deviation * z[i]!) ** 2)
  return Math.sqrt(squares.reduce((total, value) => total + value, 0) / squares.length)
}

const inSteps = (model: Diffusion, steps: number) =>
  errorOf((noise) => {
    const sampler = ddim({ steps, spacing: trailingSpacing() })
    return model.sample({ count: 256, batchSize: 256, noise, sampler, key: key(0) })
  })

describe('one step ends where the whole path of a Gaussian does', () => {
  it('which the mean of the data, what an exact denoiser makes of noise, does not', async () => {
    expect(await inSteps(teacher(), 1)).toBeCloseTo(deviation, 1)
  })

  it.each<[string, (student: Diffusion) => Trainable<DiffusionBatch>]>([
    ['consistencyDistillation', (student) => consistencyDistillation({ student, teacher: teacher(), steps: 24 })],
    ['consistencyTraining', (student) => consistencyTraining({ student, steps: 24 })],
  ])('%s', async (_, make) => {
    const student = newStudent()
    await trained(make(student), 400)
    expect(await inSteps(student, 1)).toBeLessThan(0.12)
    student.dispose()
  })

  it('progressiveDistillation, round by round', async () => {
    let last = teacher()
    for (const steps of [4, 2, 1]) {
      const student = newStudent()
      for (const [i, weight] of last.variables().entries()) student.variables()[i]!.assign(weight)
      await trained(progressiveDistillation({ student, teacher: last, steps }), 200, steps)
      last.dispose()
      last = student
      expect(await inSteps(student, steps)).toBeLessThan(0.15)
    }
    last.dispose()
  })

  it('reflow, which learns from pairs', async () => {
    const pairs = await coupledPairs(teacher(), {
      ...{ count: 2048, size: 128, batchSize: 2048, key: key(3) },
      sampler: ddim({ steps: 40, spacing: trailingSpacing() }),
    })
    const student = newStudent()
    await trained(student, 600, 2, pairs)
    expect(await inSteps(student, 1)).toBeLessThan(0.16)
    pairs.dispose()
    student.dispose()
  })

  it('meanFlow', async () => {
    const student = newStudent()
    await trained(meanFlow({ student, share: 0.75 }), 600)
    const found = await errorOf(() => meanFlowSample(student, { count: 256, batchSize: 256, key: sampleKey }))
    expect(found).toBeLessThan(0.2)
    student.dispose()
  })
})

describe('the difference quotient of meanFlow', () => {
  it('is the Jacobian–vector product that double backward gives', () => {
    const student = newStudent()
    tidy(() => {
      for (const weight of student.variables()) weight.assign(add(weight, mul(normal(key(2), weight.shape), 0.2)))
      const rows = [0.3, 0.5, 0.8].map((to) => ({ from: 0.1, to }))
      const [z, tangent] = [normal(key(3), [3, 2]), normal(key(4), [3, 2])]
      const quotient = alongTangent(student, { z, velocity: tangent, rows, condition: {} })
      const far = (h: number) => rows.map(({ from, to }) => ({ from, to: to + h }))
      // ∂u/∂z · v as the gradient, in the cotangent w, of the gradient of w · u in z.
      const pulled = (w: Tensor) => grad((at: Tensor) => sum(mul(averageVelocity(student, at, rows, {}), w)))(z)
      const spatial = grad((w: Tensor) => sum(mul(pulled(w), tangent)))(zerosLike(z))
      const temporal = mul(
        sub(averageVelocity(student, z, far(1e-3), {}), averageVelocity(student, z, far(-1e-3), {})),
        500,
      )
      expect(quotient.dataSync()).toBeAllClose(add(spatial, temporal).dataSync(), { atol: 5e-3, rtol: 5e-3 })
      expect(Math.max(...quotient.dataSync())).toBeGreaterThan(0.05)
    })
    student.dispose()
  })
})

describe('what few-step trainings refuse', () => {
  const options = () => ({ student: newStudent(), teacher: teacher() })

  it('teachers of other data, levels that are none, students without an average velocity', () => {
    const before = memory().numTensors
    const own = options()
    const other = diffusion({ network: optimalDataNetwork(gaussian), range: [0, 2], prediction: dataPrediction() })
    const plain = diffusion({ network: optimalDataNetwork(gaussian), prediction: dataPrediction() })
    expect(() => consistencyDistillation({ ...own, teacher: other })).toThrow('expected a teacher with')
    expect(() => progressiveDistillation({ ...own, teacher: other, steps: 1 })).toThrow('expected a teacher with')
    const zero = {
      ...own,
      student: diffusion({
        network: optimalDataNetwork(gaussian),
        schedule: rectifiedFlow(),
        prediction: dataPrediction(),
      }),
    }
    const needy = diffusion({ network: optimalDataNetwork(gaussian) })
    expect(() => consistencyDistillation({ ...zero, teacher: needy })).toThrow(
      'expected a student whose path ends with a signal',
    )
    expect(() => consistencyTraining({ ...own, steps: 1 })).toThrow('expected steps')
    expect(() => consistencyTraining({ ...own, scale: 0 })).toThrow('expected scale')
    expect(() => progressiveDistillation({ ...own, steps: 0 })).toThrow('expected steps')
    expect(() => meanFlow({ student: plain })).toThrow('expected a student that predicts the flow')
    const untold = flowMatching({ network: pointDenoiser({ size: 2, key: key(0) }) })
    expect(() => meanFlow({ student: untold })).toThrow('got prediction flow, told by 0')
    untold.dispose()
    expect(() => meanFlow({ ...own, share: 2 })).toThrow('expected share')
    own.student.dispose()
    expect(memory().numTensors).toBe(before)
  })

  it('batches of another shape, at the step and at the check', () => {
    const own = options()
    const wide = { x: normal(key(0), [4, 3]) }
    for (const training of [consistencyTraining(own), meanFlow(own)]) {
      expect(() => training.players[0]!.loss(wide, key(0))).toThrow('expected batch.x')
    }
    const narrow = { x: normal(key(0), [4, 2]), noise: wide.x }
    expect(() => own.student.players[0].loss(narrow, key(0))).toThrow('batch.noise')
    dispose([wide.x, narrow.x])
    own.student.dispose()
  })
})

describe('consistencySampler', () => {
  it('draws fresh noise between two predictions, and none for one', async () => {
    const model = teacher()
    const drawn = async (steps: number, k: number) => {
      const noise = normal(key(0), [4, 2])
      const x = await model.sample({ count: 4, noise, sampler: consistencySampler({ steps }), key: key(k) })
      const values = [...x.dataSync()]
      dispose([noise, x])
      return values
    }
    expect(await drawn(1, 1)).toEqual(await drawn(1, 2))
    expect(await drawn(2, 1)).not.toEqual(await drawn(2, 2))
    expect(await drawn(2, 1)).toEqual(await drawn(2, 1))
  })
})

describe('coupledPairs', () => {
  it('are shuffled batches of noise and what it becomes, with labels where there are classes', async () => {
    const model = diffusion({ network: pointDenoiser({ size: 2, hidden: [4], classes: 3, key: key(0) }), classes: 3 })
    const before = memory().numTensors
    const pairs = await coupledPairs(model, { count: 6, size: 4, key: key(1) })
    const seen: number[][] = []
    for (const i of [0, 1, 2]) {
      const { x, noise, labels } = pairs.at(i)
      const again = await model.sample({ count: 4, noise: noise!, labels: labels!, key: key(9) })
      expect(again.dataSync()).toBeAllClose(x.dataSync(), { atol: 1e-5 })
      seen.push(...(noise as Tensor2D).arraySync())
      dispose([x, noise!, labels!, again])
    }
    expect(new Set(seen.map(String)).size).toBe(6)
    expect(new Set(seen.slice(0, 6).map(String)).size).toBe(6)
    pairs.dispose()
    expect(memory().numTensors).toBe(before)
    model.dispose()
  })
})
