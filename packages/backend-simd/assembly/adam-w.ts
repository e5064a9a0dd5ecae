// One AdamW step over all variables. JavaScript side: src/kernels/adam-w.ts.
// Arguments: total size, count, then as floats learning rate, β₁, 1 − β₁, β₂, 1 − β₂, 1/(1 − β₁ᵗ), 1/(1 − β₂ᵗ), ε, λ and
// the gradient's scale; then per variable its size and pointers to x, g, m, v, new x, new m, new v.
import { chunkStart } from './threads'
import { WIDE } from './wide'

const HEAD: usize = 48
const RECORD: usize = 32

// @ts-ignore: decorator
@inline
function splatted(args: usize, offset: usize): v128 {
  return v128.load32_splat(args + offset)
}

export function adamW(args: usize, chunk: i32): void {
  const total = load<i32>(args)
  const count = load<i32>(args, 4)
  const rate = splatted(args, 8)
  const beta1 = splatted(args, 12)
  const rest1 = splatted(args, 16)
  const beta2 = splatted(args, 20)
  const rest2 = splatted(args, 24)
  const correction1 = splatted(args, 28)
  const correction2 = splatted(args, 32)
  const epsilon = splatted(args, 36)
  const decay = splatted(args, 40)
  const scale = splatted(args, 44)
  const start = chunkStart(total, chunk, 16)
  const end = chunkStart(total, chunk + 1, 16)
  let before = 0
  for (let i = 0; i < count && before < end; i++) {
    const record = args + HEAD + <usize>i * RECORD
    const size = load<i32>(record)
    const from = max(0, start - before)
    const until = min(size, end - before)
    before += size
    let at = (<usize>from) << 2
    const stop = (<usize>until) << 2
    if (WIDE && from < until) at = stepPairs(args, record, at, stop)
    while (from < until && at < stop) {
      const full = at + 16 <= stop
      const x = <usize>load<u32>(record, 4) + at
      const g0 = <usize>load<u32>(record, 8) + at
      const m0 = <usize>load<u32>(record, 12) + at
      const v0 = <usize>load<u32>(record, 16) + at
      const value = full ? v128.load(x) : v128.load32_splat(x)
      const g = f32x4.mul(full ? v128.load(g0) : v128.load32_splat(g0), scale)
      const m = f32x4.add(f32x4.mul(full ? v128.load(m0) : v128.load32_splat(m0), beta1), f32x4.mul(g, rest1))
      const square = f32x4.mul(f32x4.mul(g, g), rest2)
      const v = f32x4.add(f32x4.mul(full ? v128.load(v0) : v128.load32_splat(v0), beta2), square)
      const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, correction2)), epsilon)
      const direction = f32x4.add(f32x4.div(f32x4.mul(m, correction1), root), f32x4.mul(value, decay))
      const next = f32x4.sub(value, f32x4.mul(direction, rate))
      const toX = <usize>load<u32>(record, 20) + at
      const toM = <usize>load<u32>(record, 24) + at
      const toV = <usize>load<u32>(record, 28) + at
      if (full) {
        v128.store(toX, next)
        v128.store(toM, m)
        v128.store(toV, v)
        at += 16
      } else {
        v128.store_lane<f32>(toX, next, 0)
        v128.store_lane<f32>(toM, m, 0)
        v128.store_lane<f32>(toV, v, 0)
        at += 4
      }
    }
  }
}

/**
 * The same for pairs of vectors of a variable from byte `at` on, in the 256-bit builds (wide.ts); returns where the rest begins.
 * Numbers that all share are read anew: V8 joins what is loaded next to its use.
 */
function stepPairs(args: usize, record: usize, at: usize, stop: usize): usize {
  for (; at + 32 <= stop; at += 32) {
    const x = <usize>load<u32>(record, 4) + at
    const g0 = <usize>load<u32>(record, 8) + at
    const m0 = <usize>load<u32>(record, 12) + at
    const v0 = <usize>load<u32>(record, 16) + at
    const scale = splatted(args, 44)
    const g = f32x4.mul(v128.load(g0), scale)
    const gh = f32x4.mul(v128.load(g0, 16), scale)
    const beta1 = splatted(args, 12)
    const rest1 = splatted(args, 16)
    const m = f32x4.add(f32x4.mul(v128.load(m0), beta1), f32x4.mul(g, rest1))
    const mh = f32x4.add(f32x4.mul(v128.load(m0, 16), beta1), f32x4.mul(gh, rest1))
    const beta2 = splatted(args, 20)
    const rest2 = splatted(args, 24)
    const v = f32x4.add(f32x4.mul(v128.load(v0), beta2), f32x4.mul(f32x4.mul(g, g), rest2))
    const vh = f32x4.add(f32x4.mul(v128.load(v0, 16), beta2), f32x4.mul(f32x4.mul(gh, gh), rest2))
    const correction2 = splatted(args, 32)
    const epsilon = splatted(args, 36)
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, correction2)), epsilon)
    const rooth = f32x4.add(f32x4.sqrt(f32x4.mul(vh, correction2)), epsilon)
    const correction1 = splatted(args, 28)
    const decay = splatted(args, 40)
    const value = v128.load(x)
    const valueh = v128.load(x, 16)
    const direction = f32x4.add(f32x4.div(f32x4.mul(m, correction1), root), f32x4.mul(value, decay))
    const directionh = f32x4.add(f32x4.div(f32x4.mul(mh, correction1), rooth), f32x4.mul(valueh, decay))
    const rate = splatted(args, 8)
    const next = f32x4.sub(value, f32x4.mul(direction, rate))
    const nexth = f32x4.sub(valueh, f32x4.mul(directionh, rate))
    const toX = <usize>load<u32>(record, 20) + at
    const toM = <usize>load<u32>(record, 24) + at
    const toV = <usize>load<u32>(record, 28) + at
    v128.store(toX, next)
    v128.store(toX, nexth, 16)
    v128.store(toM, m)
    v128.store(toM, mh, 16)
    v128.store(toV, v)
    v128.store(toV, vh, 16)
  }
  return at
}
