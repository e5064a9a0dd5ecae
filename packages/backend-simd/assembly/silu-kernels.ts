// The kernels of src/kernels/silu.ts. Arguments: pointers (dy first in the gradient), then the size.
import { siluF32x4, siluGradF32x4 } from './silu'
import { chunkStart } from './threads'
import { WIDE } from './wide'

export function siluF32(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const size = load<i32>(args, 8)
  const end = (<usize>chunkStart(size, chunk + 1, 16)) << 2
  let at = (<usize>chunkStart(size, chunk, 16)) << 2
  if (WIDE) {
    for (const stop = at + ((end - at) & -32); at < stop; at += 32) {
      const low = siluF32x4(v128.load(x + at))
      const high = siluF32x4(v128.load(x + at, 16))
      v128.store(y + at, low)
      v128.store(y + at, high, 16)
    }
  }
  for (const stop = at + ((end - at) & -16); at < stop; at += 16) v128.store(y + at, siluF32x4(v128.load(x + at)))
  for (; at < end; at += 4) v128.store_lane<f32>(y + at, siluF32x4(v128.load32_splat(x + at)), 0)
}

export function siluGradF32(args: usize, chunk: i32): void {
  const dy = <usize>load<u32>(args)
  const x = <usize>load<u32>(args, 4)
  const dx = <usize>load<u32>(args, 8)
  const size = load<i32>(args, 12)
  const end = (<usize>chunkStart(size, chunk + 1, 16)) << 2
  let at = (<usize>chunkStart(size, chunk, 16)) << 2
  if (WIDE) {
    for (const stop = at + ((end - at) & -32); at < stop; at += 32) {
      const low = siluGradF32x4(v128.load(dy + at), v128.load(x + at))
      const high = siluGradF32x4(v128.load(dy + at, 16), v128.load(x + at, 16))
      v128.store(dx + at, low)
      v128.store(dx + at, high, 16)
    }
  }
  for (const stop = at + ((end - at) & -16); at < stop; at += 16) {
    v128.store(dx + at, siluGradF32x4(v128.load(dy + at), v128.load(x + at)))
  }
  for (; at < end; at += 4) {
    v128.store_lane<f32>(dx + at, siluGradF32x4(v128.load32_splat(dy + at), v128.load32_splat(x + at)), 0)
  }
}
