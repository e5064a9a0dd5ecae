// a + share · (b − a), for averages of weights. JavaScript side: src/kernels/lerp.ts.
// Arguments: pointers to a, b and y, the size, the share as a float.
import { chunkStart } from './threads'
import { WIDE } from './wide'

export function lerpF32(args: usize, chunk: i32): void {
  const a = <usize>load<u32>(args)
  const b = <usize>load<u32>(args, 4)
  const y = <usize>load<u32>(args, 8)
  const size = load<i32>(args, 12)
  const share = v128.load32_splat(args + 16)
  const end = (<usize>chunkStart(size, chunk + 1, 16)) << 2
  let at = (<usize>chunkStart(size, chunk, 16)) << 2
  if (WIDE) {
    for (const stop = at + ((end - at) & -32); at < stop; at += 32) {
      const s = v128.load32_splat(args + 16)
      const low = between(v128.load(a + at), v128.load(b + at), s)
      const high = between(v128.load(a + at, 16), v128.load(b + at, 16), s)
      v128.store(y + at, low)
      v128.store(y + at, high, 16)
    }
  }
  for (const stop = at + ((end - at) & -16); at < stop; at += 16) {
    v128.store(y + at, between(v128.load(a + at), v128.load(b + at), share))
  }
  for (; at < end; at += 4) {
    v128.store_lane<f32>(y + at, between(v128.load32_splat(a + at), v128.load32_splat(b + at), share), 0)
  }
}

// @ts-ignore: decorator
@inline
function between(a: v128, b: v128, share: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), share))
}
