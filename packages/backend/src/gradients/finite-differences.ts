/** For tests: gradients against finite differences. @module */
import { grad, mul, sum, type Tensor, tensor } from '@tensorflow/tfjs-core'

type Scalar = (x: Tensor) => Tensor
const step = 0.02

/** The directional derivative of `f` at x + t·v by a central difference of fourth order. */
function along(x: Float32Array, v: ArrayLike<number>, f: (point: Float32Array) => Float32Array): Float64Array {
  const at = (t: number) => f(x.map((value, i) => value + t * v[i]!))
  const [a, b, c, d] = [at(2 * step), at(step), at(-step), at(-2 * step)] as const
  return Float64Array.from(a, (_, i) => (-a[i]! + 8 * b[i]! - 8 * c[i]! + d[i]!) / (12 * step))
}

/** The gradient of `f` at `x` and its finite difference, element by element. */
export function firstOrder(f: Scalar, x: Tensor): [gradient: Float32Array, differences: Float64Array] {
  const values = x.dataSync() as Float32Array
  const differences = Float64Array.from(values, (_, i) => {
    const unit = values.map((_, j) => (i === j ? 1 : 0))
    return along(values, unit, (point) => f(tensor(point, x.shape)).dataSync() as Float32Array)[0]!
  })
  return [grad(f)(x).dataSync() as Float32Array, differences]
}

/** The Hessian of `f` at `x` times `v`, by a gradient of the gradient and by a finite difference of the gradient. */
export function secondOrder(f: Scalar, x: Tensor, v: Tensor): [product: Float32Array, differences: Float64Array] {
  const gradient = grad(f)
  const product = grad((y: Tensor) => sum(mul(gradient(y), v)))(x)
  const at = (point: Float32Array) => gradient(tensor(point, x.shape)).dataSync() as Float32Array
  const differences = along(x.dataSync() as Float32Array, v.dataSync(), at)
  return [product.dataSync() as Float32Array, differences]
}
