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
}

// tfjs checks shapes in `predict` only; this also does in `apply`, where training goes.
const door = defineLayer({
  where: 'unet',
  className: 'GenUnetInput',
  outputShape: ([got], options: Options) => [accepted(got!, options)[0]!, ...options.shape],
  call: ([x], { shape }) => reshape(x!, [-1, ...shape]),
})

/** An input of the model called `name`, and what refuses samples of another shape. Scalars may come as `[batch]`. */
export function checkedInput(
  name: string,
  shape: number[],
  dtype: 'float32' | 'int32' = 'float32',
): { outside: SymbolicTensor; inside: SymbolicTensor } {
  const outside = input({ shape, name, dtype })
  const inside = door({ input: name, shape, name: `${name}_input` }).apply(outside) as SymbolicTensor
  return { outside, inside }
}

function accepted(got: Shape, { input: name, shape }: Options): Shape {
  const isScalar = shape.length === 1 && shape[0] === 1
  if (isScalar && got.length === 1) return got
  if (got.length === shape.length + 1 && shape.every((n, i) => got[i + 1] === n)) return got
  const channels = shape.at(-1)
  const otherSize = got.length === shape.length + 1 && got.at(-1) === channels && shape.length > 1
  const remedy = otherSize ? `resize it or make a network with shape: [${got.slice(1).join(', ')}]` : ''
  throw new GenError(
    'shape',
    `unet: expected ${name} of shape [batch, ${shape.join(', ')}], got [${got.join(', ')}]${remedy && `; ${remedy}`}`,
    { details: { input: name, expected: shape, got } },
  )
}
