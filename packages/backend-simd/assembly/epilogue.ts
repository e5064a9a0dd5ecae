// What follows a matrix product or a convolution: bias and activation, over rows that are still in the cache.
import { ELU, LEAKY_RELU, LINEAR, PRELU, RELU, RELU6, SIGMOID } from '../src/shared/activations'
import { expF32x4, sigmoidF32x4, splat } from './math'
import { chunkStart } from './threads'

/** e^x − 1 for negative x; the series near 0, where the difference would lose digits. */
// @ts-ignore: decorator
@inline
function expMinus1(x: v128): v128 {
  let p = splat(1.0 / 5040.0)
  p = f32x4.add(f32x4.mul(p, x), splat(1.0 / 720.0))
  p = f32x4.add(f32x4.mul(p, x), splat(1.0 / 120.0))
  p = f32x4.add(f32x4.mul(p, x), splat(1.0 / 24.0))
  p = f32x4.add(f32x4.mul(p, x), splat(1.0 / 6.0))
  p = f32x4.add(f32x4.mul(p, x), splat(0.5))
  p = f32x4.add(f32x4.mul(p, x), splat(1))
  return v128.bitselect(f32x4.mul(p, x), f32x4.sub(expF32x4(x), splat(1)), f32x4.gt(x, splat(-0.4)))
}

// `kind` is a constant wherever this is inlined, so one branch remains.
// @ts-ignore: decorator
@inline
function apply(kind: i32, x: v128, alpha: v128): v128 {
  if (kind == RELU) return f32x4.max(x, splat(0))
  if (kind == RELU6) return f32x4.min(f32x4.max(x, splat(0)), splat(6))
  if (kind == SIGMOID) return sigmoidF32x4(x)
  const negative = kind == ELU ? expMinus1(x) : f32x4.mul(x, alpha)
  return v128.bitselect(negative, x, f32x4.lt(x, splat(0)))
}

/** `alpha`: where the slopes are; `alphaStep`: 4 when every column has its own, 0 when all share one. `bias` may be 0. */
// @ts-ignore: decorator
@inline
function row(kind: i32, y: usize, columns: i32, bias: usize, alpha: usize, alphaStep: usize): void {
  const end = y + ((<usize>columns) << 2)
  const stop = y + ((<usize>(columns & -4)) << 2)
  let slope = kind == PRELU || kind == LEAKY_RELU ? v128.load32_splat(alpha) : splat(0)
  for (; y < stop; y += 16) {
    let x = v128.load(y)
    if (bias != 0) {
      x = f32x4.add(x, v128.load(bias))
      bias += 16
    }
    if (kind == PRELU && alphaStep != 0) {
      slope = v128.load(alpha)
      alpha += 16
    }
    v128.store(y, kind == LINEAR ? x : apply(kind, x, slope))
  }
  for (; y < end; y += 4) {
    let x = v128.load32_splat(y)
    if (bias != 0) {
      x = f32x4.add(x, v128.load32_splat(bias))
      bias += 4
    }
    if (kind == PRELU && alphaStep != 0) {
      slope = v128.load32_splat(alpha)
      alpha += 4
    }
    v128.store_lane<f32>(y, kind == LINEAR ? x : apply(kind, x, slope), 0)
  }
}

/** Bias and activation in place, one row of the result. */
export function finishRow(kind: i32, y: usize, columns: i32, bias: usize, alpha: usize, alphaStep: usize): void {
  if (kind == LINEAR) row(LINEAR, y, columns, bias, alpha, alphaStep)
  else if (kind == RELU) row(RELU, y, columns, bias, alpha, alphaStep)
  else if (kind == RELU6) row(RELU6, y, columns, bias, alpha, alphaStep)
  else if (kind == LEAKY_RELU) row(LEAKY_RELU, y, columns, bias, alpha, alphaStep)
  else if (kind == PRELU) row(PRELU, y, columns, bias, alpha, alphaStep)
  else if (kind == ELU) row(ELU, y, columns, bias, alpha, alphaStep)
  else row(SIGMOID, y, columns, bias, alpha, alphaStep)
}

/**
 * Bias and activation in place over a matrix. Arguments: y, rows, columns, bias (0: none), kind, slope or (alphaStep 4)
 * address of slopes, alphaStep.
 */
export function epilogueF32(args: usize, chunk: i32): void {
  const y = <usize>load<u32>(args)
  const rows = load<i32>(args, 4)
  const columns = load<i32>(args, 8)
  const bias = <usize>load<u32>(args, 12)
  const kind = load<i32>(args, 16)
  const alphaStep = <usize>load<u32>(args, 24)
  const alpha = alphaStep == 0 ? args + 20 : <usize>load<u32>(args, 20)
  const end = chunkStart(rows, chunk + 1, 1)
  for (let r = chunkStart(rows, chunk, 1); r < end; r++) {
    finishRow(kind, y + ((<usize>(r * columns)) << 2), columns, bias, alpha, alphaStep)
  }
}
