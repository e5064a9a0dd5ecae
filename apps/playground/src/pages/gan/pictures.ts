/** What the page of the GAN shows, from the networks' weights. @module */
import { type Key, key, uniformArray } from '@gen/backend'
import type { Toy } from '@gen/data'
import type { Gan } from '@gen/gan'
import { modeCoverage, slicedWasserstein } from '@gen/metrics'
import {
  add,
  grad,
  mean,
  mul,
  type NamedTensorMap,
  neg,
  sigmoid,
  slice,
  sub,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import type { Pictures, Wish } from '../../trainer/lesson.ts'
import { cells } from '../cells.ts'
import { planeData } from '../data.ts'
import { densityField } from '../plane.ts'
import { readAll } from '../read-all.ts'
import { objectiveOf } from './recipe.ts'
import type { GanSettings } from './settings.ts'

/** Points shown of the data and of the generator. */
const count = 500
/** Lines of the generator's grid along each side. */
export const meshSide = 19
const arrowCount = 64
/** Half the side of the square that is shown. */
export const bound = 4

const keys = { data: key(101), again: key(102), latent: key(103), slices: key(104) }

/** Looks at a game. */
export type View = (model: Gan, settings: GanSettings, wish: Wish) => Promise<Pictures>

/** What is fixed as long as the data are. */
interface Truth {
  readonly toy: Toy
  readonly points: Float32Array
  readonly density: Float32Array<ArrayBuffer>
  /** The distance of two samples of the data: what a perfect generator has. */
  readonly floor: number
}

/** A view with fixed inputs: what changes in it is the networks. */
export function view(): View {
  const latent = uniformArray(keys.latent, count, 2, { min: -1, max: 1 })
  const mesh = Float32Array.from({ length: 2 * meshSide ** 2 }, (_, i) => {
    const at = i >> 1
    return (2 * (i % 2 === 0 ? at % meshSide : Math.floor(at / meshSide))) / (meshSide - 1) - 1
  })
  let truth: Truth | undefined
  let known = ''
  return async (model, settings, { resolution, layers, numbers = true }) => {
    if (!truth || known !== settings.data + settings.drawing) truth = await truthOf(planeData(settings))
    known = settings.data + settings.drawing
    const { toy, points, density, floor } = truth
    const shown = tidy(() => {
      const samples = model.decode(tensor2d(latent, [count, 2])) as Tensor2D
      const real = tensor2d(points, [count, 2])
      const center = needsCenter(settings)
        ? mul(add(mean(model.score(real)), mean(model.score(samples))), 0.5)
        : undefined
      const judged = (x: Tensor2D) => sigmoid(center ? sub(model.score(x), center) : model.score(x))
      const arrays: NamedTensorMap & { samples: Tensor } = { samples }
      if (layers.includes('field')) arrays.field = judged(tensor2d(cells(resolution, bound), [resolution ** 2, 2]))
      if (layers.includes('mesh')) arrays.mesh = model.decode(tensor2d(mesh, [meshSide ** 2, 2]))
      if (layers.includes('arrows')) arrays.arrows = pull(model, settings, samples, real)
      return arrays
    })
    const arrays = await readAll(shown)
    const modes = Float32Array.from(toy.modes?.flat() ?? [])
    return {
      arrays: { ...arrays, data: points.slice(), density: density.slice(), modes },
      numbers: numbers ? numbersOf(toy, arrays.samples, points, floor) : {},
    }
  }
}

/** D's answer means something only by comparison, for objectives that look at differences. */
function needsCenter({ objective }: GanSettings): boolean {
  return objective === 'relativistic' || objective === 'wasserstein'
}

/** Where the generator's loss pulls some of its samples. */
function pull(model: Gan, settings: GanSettings, samples: Tensor2D, real: Tensor2D): Tensor {
  const objective = objectiveOf(settings)
  const judgedReal = model.score(slice(real, [0, 0], [arrowCount, 2]))
  const loss = (x: Tensor) => objective.generator(model.score(x), judgedReal)
  return neg(grad(loss)(slice(samples, [0, 0], [arrowCount, 2])))
}

async function truthOf(toy: Toy): Promise<Truth> {
  const draw = (k: Key) => toy.draw(count, k).points
  const points = draw(keys.data)
  return { toy, points, density: await densityField(toy, 72, bound), floor: distance(points, draw(keys.again)) }
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const rows = (data: ArrayLike<number>) => ({ rows: count, columns: 2, data: Float64Array.from(data) })
  return slicedWasserstein(rows(a), rows(b), { key: keys.slices, projections: 24 }).value
}

function numbersOf(toy: Toy, drawn: Float32Array, points: Float32Array, floor: number): Record<string, number> {
  // A generator that was told nonsense may be anywhere; a number of no meaning is left out.
  if (!drawn.every(Number.isFinite)) return {}
  const numbers = { distance: distance(points, drawn), floor }
  const { modes, deviation } = toy
  if (!modes || modes.length < 2 || deviation === undefined) return numbers
  const centers = { rows: modes.length, columns: 2, data: Float64Array.from(modes.flat()) }
  const found = modeCoverage({ rows: count, columns: 2, data: Float64Array.from(drawn) }, centers, {
    ...{ deviation, threshold: 3, minimum: Math.ceil((0.2 * count) / modes.length) },
  })
  const counts = Object.fromEntries(found.counts.map((n, i) => [`mode${i}`, n]))
  return { ...numbers, ...counts, modes: found.value, ofModes: found.modes, near: found.highQuality }
}
