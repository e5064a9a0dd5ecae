/** The lecture's figure 1, from the networks' weights. @module */
import { type Gan, pushForward } from '@gen/gan'
import { add, dispose, mean, mul, sigmoid, sub, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import type { Pictures } from '../../trainer/lesson.ts'
import { readTensor } from '../recorded.ts'
import { density } from './data.ts'
import type { LineSettings } from './settings.ts'

const range = [-4, 4] as const
const bins = 160
const width = (range[1] - range[0]) / bins
const x = Array.from({ length: bins }, (_, i) => range[0] + (i + 0.5) * width)
const z = Array.from({ length: 4 * bins + 1 }, (_, i) => (2 * i) / (4 * bins) - 1)

/** Curves over `x`, the map of even z, and what the game is worth. All of it is exact but for the grid. */
export async function picturesOf(model: Gan, settings: LineSettings): Promise<Pictures> {
  const [codes, beliefs] = tidy(() => {
    const column = (values: readonly number[]): Tensor2D => tensor2d([...values], [values.length, 1])
    const codes = model.decode(column(z))
    const logits = model.score(column(x))
    const compares = settings.objective === 'relativistic' || settings.objective === 'wasserstein'
    const center = compares ? mul(add(mean(logits), mean(model.score(codes))), 0.5) : 0
    return [codes, sigmoid(sub(logits, center))]
  })
  const [map, belief] = [Array.from(await readTensor(codes!)), Array.from(await readTensor(beliefs!))]
  dispose([codes!, beliefs!])
  const data = density(settings.data, x)
  // A map that has left all bounds has no density to show.
  const generated = map.every(Number.isFinite) ? pushForward(map, range, bins) : x.map(() => 0)
  const optimum = data.map((p, i) => (p + generated[i]! > 1e-9 ? p / (p + generated[i]!) : 0.5))
  const arrays = {
    x,
    data,
    generated,
    belief,
    optimum,
    z: z.filter((_, i) => i % 32 === 0),
    map: map.filter((_, i) => i % 32 === 0),
  }
  return {
    arrays: Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, Float32Array.from(values)])),
    numbers: {
      value: worth(data, generated, belief),
      best: worth(data, generated, optimum),
      miss: missOf(data, generated, belief, optimum),
      divergence: divergenceOf(data, generated, optimum),
    },
  }
}

/** V(D, G) = ∫ p_data log D + p_g log(1 − D). */
function worth(data: readonly number[], generated: readonly number[], belief: readonly number[]): number {
  return width * data.reduce((sum, p, i) => sum + p * log(belief[i]!) + generated[i]! * log(1 - belief[i]!), 0)
}

/** How far D is from D* where there is anything, on average. */
function missOf(
  data: readonly number[],
  generated: readonly number[],
  belief: readonly number[],
  optimum: readonly number[],
): number {
  return (width / 2) * data.reduce((sum, p, i) => sum + (p + generated[i]!) * Math.abs(belief[i]! - optimum[i]!), 0)
}

/** The Jensen–Shannon divergence in nats, 0 to log 2: max_D V(D, G) = −log 4 + 2 JSD. */
function divergenceOf(data: readonly number[], generated: readonly number[], optimum: readonly number[]): number {
  const half = (p: number, share: number) => (p > 0 ? p * log(2 * share) : 0)
  return (width / 2) * data.reduce((sum, p, i) => sum + half(p, optimum[i]!) + half(generated[i]!, 1 - optimum[i]!), 0)
}

function log(value: number): number {
  return Math.log(Math.max(1e-12, value))
}
