/** The doors of the network: its inputs, checked. @module */
import { GenError } from '@gen/backend'
import { defineLayer, type Shape } from '@gen/nn'
import { reshape } from '@tensorflow/tfjs-core'
import { input, type SymbolicTensor } from '@tensorflow/tfjs-layers'

interface Options {
  /** The input's name. */
  input: string
  /** Shape of one sample. */
  shape: number[]
  /** What the sides are multiples of where they may be others. */
  unit?: number | undefined
}

// tfjs checks shapes in `predict` only; this also does in `apply`, where training goes.
const door = defineLayer({
  where: 'unet',
  className: 'GenUnetInput',
  outputShape: ([got], options: Options) => [accepted(got!, options)[0]!, ...inner(got!, options)],
  call: ([x], options) => reshape(x!, [-1, ...(inner(x!.shape, options) as number[])]),
})

/** An input of the model called `name`, and what refuses samples of another shape. Scalars may come as `[batch]`. */
export function checkedInput(
  name: string,
  shape: number[],
  { dtype = 'float32', unit }: { dtype?: 'float32' | 'int32'; unit?: number } = {},
): { outside: SymbolicTensor; inside: SymbolicTensor } {
  const outer = unit === undefined ? shape : shape.map((n, axis) => (axis < shape.length - 1 ? null : n))
  const outside = input({ shape: outer, name, dtype })
  const inside = door({ input: name, shape, unit, name: `${name}_input` }).apply(outside) as SymbolicTensor
  return { outside, inside }
}

/** Shape of one sample behind the door. */
function inner(got: Shape, { shape, unit }: Options): Shape {
  return unit === undefined ? shape : got.slice(1)
}

function accepted(got: Shape, { input: name, shape, unit }: Options): Shape {
  const isScalar = shape.length === 1 && shape[0] === 1
  if (isScalar && got.length === 1) return got
  const isSide = (i: number) => unit !== undefined && i < shape.length - 1
  const fits = (n: number, i: number) => (isSide(i) ? (got[i + 1] ?? 0) % unit! === 0 : got[i + 1] === n)
  if (got.length === shape.length + 1 && shape.every(fits)) return got
  const channels = shape.at(-1)
  const otherSize = got.length === shape.length + 1 && got.at(-1) === channels && shape.length > 1
  const wanted = shape.map((n, i) => (isSide(i) ? `a multiple of ${unit}` : n)).join(', ')
  const remedy =
    otherSize && unit === undefined ? `resize it or make a network with shape: [${got.slice(1).join(', ')}]` : ''
  throw new GenError(
    'shape',
    `unet: expected ${name} of shape [batch, ${wanted}], got [${got.join(', ')}]${remedy && `; ${remedy}`}`,
    { details: { input: name, expected: shape, got } },
  )
}
