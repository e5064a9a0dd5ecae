/** Codes of given data, by optimization. @module */
import {
  assertInteger,
  assertKey,
  assertRank,
  assertShape,
  breather,
  fold,
  type Key,
  normal,
  refusal,
} from '@gen/backend'
import { adam, type Slots } from '@gen/train'
import {
  add,
  argMin,
  cast,
  concat,
  dispose,
  gather,
  grads,
  mean,
  mul,
  range,
  reshape,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  tile,
} from '@tensorflow/tfjs-core'

/** What {@link invert} needs of a model: any differentiable decoder will do. */
export interface InvertibleDecoder {
  readonly latentSize: number
  decode(z: Tensor2D): Tensor
}

/** Options of {@link invert}. */
export interface InvertOptions {
  /** Draws the starts; those of image i depend only on (key, i). */
  key: Key
  /** Codes from which each image is tried. @default 4 */
  starts?: number
  /** Steps of Adam from each start. @default 200 */
  steps?: number
  /** @default 0.05 */
  learningRate?: number
  /** Where the first of the starts is, `[images, latentSize]`, e.g. a recoder's codes. @default drawn like the others */
  initial?: Tensor2D
  /** Images inverted at once, which bounds memory. @default 16 */
  batchSize?: number
  /** Stops with an error `aborted`. */
  signal?: AbortSignal
}

/** What {@link invert} finds; the tensors are the caller's. */
export interface Inversion {
  /** `[images, latentSize]`. */
  readonly z: Tensor2D
  /** Mean squared error per number of `decode(z)`, `[images]`. */
  readonly error: Tensor1D
}

const where = 'gan.invert'

/**
 * Finds codes whose images are nearest to the given ones: Adam on `Σ (G(z) − x)²` from several starts, of which the best end
 * is kept for each image.
 *
 * @throws GenError `shape` for images that the decoder does not make, `value` or `range` for options, `aborted` by the signal.
 * @see Generative visual manipulation on the natural image manifold (Zhu et al., 2016) https://arxiv.org/abs/1609.03552
 * @example
 * const { z, error } = await invert(model, images, { starts: 2, steps: 50, key: key(0) })
 */
export async function invert(decoder: InvertibleDecoder, images: Tensor, options: InvertOptions): Promise<Inversion> {
  const { starts = 4, steps = 200, batchSize = 16, initial, key, signal } = options
  for (const [name, value] of Object.entries({ starts, steps, batchSize })) {
    assertInteger(where, name, value, { min: 1 })
  }
  assertKey(where, 'key', key)
  const rows = checkedRows(decoder, images, initial)
  const breathe = breather()
  const parts: Inversion[] = []
  try {
    for (let from = 0; from < rows; from += batchSize) {
      const count = Math.min(batchSize, rows - from)
      const target = slice(images, from, count)
      const first = tidy(() => startsOf(decoder.latentSize, { key, starts, from, count, initial }))
      try {
        parts.push(await descend(decoder, target, first, { ...options, starts, steps, breathe, signal }))
      } finally {
        target.dispose()
      }
    }
    return tidy(() => ({ z: concat(parts.map(({ z }) => z)), error: concat(parts.map(({ error }) => error)) }))
  } finally {
    dispose(parts.flatMap(({ z, error }) => [z, error]))
  }
}

function checkedRows(decoder: InvertibleDecoder, images: Tensor, initial: Tensor2D | undefined): number {
  if (images.shape.length < 2) assertRank(where, 'images', images, 4)
  const made = tidy(() => decoder.decode(normal({ hi: 0, lo: 0 }, [1, decoder.latentSize]) as Tensor2D).shape.slice(1))
  assertShape(where, 'images', images, [null, ...made], 'resize them to what the decoder makes')
  const [rows = 0] = images.shape
  if (initial) assertShape(where, 'initial', initial, [rows, decoder.latentSize], 'pass one code per image')
  return rows
}

interface Starts {
  readonly key: Key
  readonly starts: number
  readonly from: number
  readonly count: number
  readonly initial: Tensor2D | undefined
}

/** `[starts · count, latentSize]`, one block of all images per start. */
function startsOf(size: number, { key, starts, from, count, initial }: Starts): Tensor2D {
  const blocks = Array.from({ length: starts }, (_, start) => {
    if (start === 0 && initial) return slice(initial, [from, 0], [count, size])
    return normal(fold(key, start), [count, size], { offset: from }) as Tensor2D
  })
  return concat(blocks)
}

interface Descent {
  readonly starts: number
  readonly steps: number
  readonly learningRate?: number
  readonly breathe: () => Promise<void>
  readonly signal: AbortSignal | undefined
}

/** Takes the starts over. */
async function descend(
  decoder: InvertibleDecoder,
  target: Tensor,
  first: Tensor2D,
  { starts, steps, learningRate = 0.05, breathe, signal }: Descent,
): Promise<Inversion> {
  const optimizer = adam({ learningRate })
  let z = first
  let slots: Slots = optimizer.init([z])
  const targets = tile(target, [starts, ...target.shape.slice(1).map(() => 1)])
  try {
    for (let step = 1; step <= steps; step++) {
      if (signal?.aborted)
        throw refusal('aborted', where, { expected: 'to finish', got: `stopped after ${step - 1} steps` })
      const next = tidy(() => {
        const loss = (codes: Tensor) => sum(square(sub(decoder.decode(codes as Tensor2D), targets)))
        const [gradient] = grads(loss)([z])
        const { values, slots: moved } = optimizer.update([z], [gradient!], slots, {
          learningRate,
          step,
          gradientScale: 1,
        })
        return { z: values[0]!, slots: moved }
      })
      dispose([z, slots])
      z = next.z as Tensor2D
      slots = next.slots
      await breathe()
    }
    return tidy(() => ({ ...best(decoder, z, targets, starts) }))
  } finally {
    dispose([z, slots, targets])
  }
}

/** The start with the least error for each image. */
function best(decoder: InvertibleDecoder, z: Tensor2D, targets: Tensor, starts: number): Inversion {
  const squares = reshape(square(sub(decoder.decode(z), targets)), [z.shape[0], -1])
  const errors = mean(squares, 1) as Tensor1D
  const count = z.shape[0] / starts
  const winner = argMin(reshape(errors, [starts, count]), 0)
  const places = cast(add(mul(winner, count), range(0, count)), 'int32')
  return { z: gather(z, places), error: gather(errors, places) }
}
