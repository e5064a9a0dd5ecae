/** What the page shows of pictures and model. @module */
import { key } from '@gen/backend'
import type { Dataset } from '@gen/model'
import {
  add,
  argMin,
  dispose,
  div,
  gather,
  matMul,
  min,
  mul,
  reshape,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core'
import type { Pictures, Wish } from '../../trainer/lesson.ts'
import { readTensor } from '../recorded.ts'
import type { Drawer } from './recipe.ts'
import { drawn, shown } from './view.ts'

/** Pictures among which the nearest is looked for. */
const compared = 1024

/** Looks at a model beside its data. */
export interface View {
  (drawer: Drawer, wish: Wish): Promise<Pictures>
  dispose(): void
}

/** A view of some data; what it draws it draws from the same noise each time. */
export async function viewOf(data: Dataset): Promise<View> {
  const all = evenly(data, Math.min(compared, data.size))
  const rows: Tensor2D = tidy(() => reshape(all, [all.shape[0], -1]))
  const some = evenly(data, Math.min(shown, data.size))
  const album = colored(await readTensor(some), some.shape[3])
  const usual = await typical(rows)
  dispose([some, all])
  let last: Pictures | undefined
  const look = async (drawer: Drawer, { numbers = true }: Wish): Promise<Pictures> => {
    if (!last || numbers) last = await draw(drawer, rows, { size: data.size, usual })
    const { arrays, numbers: told } = last
    const copies = Object.entries({ ...arrays, album }).map(([name, values]) => [name, values.slice()])
    return { arrays: Object.fromEntries(copies), numbers: told }
  }
  return Object.assign(look, { dispose: () => rows.dispose() })
}

async function draw(drawer: Drawer, rows: Tensor2D, told: { size: number; usual: number }): Promise<Pictures> {
  const pictures = await drawer.draw(drawn, key(101))
  const channels = pictures.shape[3]
  const [distances, places] = tidy(() => {
    const apart = squaredDistances(reshape(pictures, [drawn, -1]), rows)
    return [min(apart, 1), argMin(apart, 1)]
  })
  const nearest = tidy(() => gather(rows, places as Tensor1D))
  const [samples, near, far] = [await readTensor(pictures), await readTensor(nearest), await readTensor(distances!)]
  dispose([pictures, nearest, distances!, places!])
  const miss = far.reduce((total, value) => total + Math.sqrt(Math.max(0, value)), 0) / drawn
  return {
    arrays: { samples: colored(samples, channels), nearest: colored(near, channels) },
    numbers: { ...told, miss },
  }
}

/** Means of squared differences, of each row of a to each of b. */
function squaredDistances(a: Tensor, b: Tensor2D): Tensor {
  const [flat, values] = [a as Tensor2D, b.shape[1]]
  const own = sum(square(flat), 1, true)
  const other = reshape(sum(square(b), 1), [1, -1])
  return div(sub(add(own, other), mul(matMul(flat, b, false, true), 2)), values)
}

/** How far a picture of the data is from the nearest other, in the mean over some. */
async function typical(rows: Tensor2D): Promise<number> {
  const count = Math.min(64, rows.shape[0])
  const apart = tidy(() => squaredDistances(slice(rows, [0, 0], [count, -1]), rows))
  const values = await readTensor(apart)
  apart.dispose()
  const [width, all] = [rows.shape[0], Array.from({ length: count }, (_, i) => i)]
  const nearest = all.map((i) => Math.min(...values.subarray(i * width, (i + 1) * width).filter((_, j) => j !== i)))
  return nearest.reduce((total, value) => total + Math.sqrt(Math.max(0, value)), 0) / count
}

function evenly(data: Dataset, count: number): Tensor4D {
  const { x, labels } = data.take(Array.from({ length: count }, (_, i) => Math.floor((i * data.size) / count)))
  labels?.dispose()
  return x as Tensor4D
}

/** Gray pictures as colored ones. */
function colored(values: ArrayLike<number>, channels: number): Float32Array<ArrayBuffer> {
  if (channels === 3) return Float32Array.from(values)
  return Float32Array.from({ length: 3 * values.length }, (_, i) => values[Math.floor(i / 3)]!)
}
