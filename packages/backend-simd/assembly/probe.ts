// Kernels for the tests and the bench of the thread pool.
import { madd } from './madd'
import { threadIndex } from './threads'

/** Does nothing: what is left is the cost of handing over. */
export function probeNothing(_args: usize, _chunk: i32): void {}

/** Adds 1 to the counter of its chunk: every chunk must run exactly once. Arguments: counters. */
export function probeCount(args: usize, chunk: i32): void {
  const at = <usize>load<u32>(args) + ((<usize>chunk) << 2)
  store<i32>(at, load<i32>(at) + 1)
}

// Bounded (a few seconds), so that a test without a worker fails instead of hanging.
function awaitMark(mark: usize): void {
  for (let i = 0; i < 1 << 30 && atomic.load<i32>(mark) == 0; i++) {}
}

/** On a worker: marks itself and loops for ever. On the calling thread: waits for that mark. Arguments: mark. */
export function probeHang(args: usize, _chunk: i32): void {
  if (ASC_FEATURE_THREADS) {
    const mark = <usize>load<u32>(args)
    if (threadIndex() == 0) {
      awaitMark(mark)
      return
    }
    atomic.store<i32>(mark, 1)
    while (atomic.load<i32>(mark) != 2) {}
  }
}

/** On a worker: traps. On the calling thread: waits until it is about to. Arguments: mark. */
export function probeTrap(args: usize, _chunk: i32): void {
  if (ASC_FEATURE_THREADS) {
    const mark = <usize>load<u32>(args)
    if (threadIndex() == 0) {
      awaitMark(mark)
      return
    }
    atomic.store<i32>(mark, 1)
    unreachable()
  }
}

/** Notes which thread ran the chunk, after some work. Arguments: a word for each chunk, rounds of work. */
export function probeThread(args: usize, chunk: i32): void {
  const rounds = load<i32>(args, 4)
  let x: u32 = 1
  for (let i = 0; i < rounds; i++) x = x * 1664525 + 1013904223
  // The odd comparison keeps the optimizer from dropping the loop.
  store<i32>(<usize>load<u32>(args) + ((<usize>chunk) << 2), x == 7 ? -1 : threadIndex())
}

/** Products and sums in registers, nothing of memory: what the units of a core give. Arguments: a word for each chunk, rounds. */
export function probeUnits(args: usize, chunk: i32): void {
  const rounds = load<i32>(args, 4)
  const x = f32x4.splat(0.999)
  const y = f32x4.splat(0.001)
  let a = y,
    b = y,
    c = y,
    d = y,
    e = y,
    f = y,
    g = y,
    h = y
  for (let i = 0; i < rounds; i++) {
    a = madd(a, x, y)
    b = madd(b, x, y)
    c = madd(c, x, y)
    d = madd(d, x, y)
    e = madd(e, x, y)
    f = madd(f, x, y)
    g = madd(g, x, y)
    h = madd(h, x, y)
  }
  const sum = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)))
  store<f32>(<usize>load<u32>(args) + ((<usize>chunk) << 2), f32x4.extract_lane(sum, 0))
}
