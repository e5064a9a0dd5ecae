/** Batched matrix products of factors whose batches are broadcast along different dimensions. @module */
import { backend_util, broadcastTo, type KernelFunc, type Tensor, tidy } from '@tensorflow/tfjs-core'

/**
 * tfjs's kernels take the batches of the smaller factor in turn, which is right only where its batch dimensions are the
 * last ones of the result's: [2, 1] against [2, 3] gives the products of other pairs. Repeats a factor where it is not.
 */
export function withWholeBatches(original: KernelFunc): KernelFunc {
  return (call) => {
    const { a, b } = call.inputs as { a: Tensor; b: Tensor }
    if (a.shape.length < 3 || b.shape.length < 3) return original(call)
    const [left, right] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
    const batch = backend_util.assertAndGetBroadcastShape(left, right)
    if (isEndOf(batch, left) && isEndOf(batch, right)) return original(call)
    return tidy(() => {
      const whole = (x: Tensor, own: number[]) =>
        isEndOf(batch, own) ? x : broadcastTo(x, [...batch, ...x.shape.slice(-2)])
      return original({ ...call, inputs: { ...call.inputs, a: whole(a, left), b: whole(b, right) } }) as Tensor
    })
  }
}

/** Whether a shape, without its leading ones, is the last part of another. */
function isEndOf(batch: number[], shape: number[]): boolean {
  const own = shape.slice(shape.findIndex((extent) => extent !== 1))
  if (shape.every((extent) => extent === 1)) return true
  return own.every((extent, i) => extent === batch[batch.length - own.length + i])
}
