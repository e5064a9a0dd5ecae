import {
  callerAsleepAddress,
  completedAddress,
  jobArgumentsAddress,
  jobChunksAddress,
  jobKernelAddress,
  sleepersAddress,
  teamAddress,
  ticketAddress,
} from '../src/shared/layout'

// About 30 to 60 microseconds: longer than most JavaScript between two kernels, shorter than anyone notices. Four times as
// long gains nothing (U-Net step, two threads).
const SPIN: i32 = 1 << 14
const SLICE: i64 = 50_000_000 // nanoseconds between two looks at whether the workers still live

// Asked when waiting takes long, with the number of chunks done; answers 1 to give up.
// @ts-ignore: decorator
@external('env', 'stalled')
declare function stalled(completed: i32): i32

// A module-level `let` is a wasm global: every thread has its own.
let thread: i32 = 0
let team: i32 = 0

/** Number of the thread a kernel runs on: 0 is the calling thread, workers count from 1. For per-thread scratch. */
export function threadIndex(): i32 {
  return thread
}

/** Number of chunks of the current job. */
// @ts-ignore: decorator
@inline
export function chunkCount(): i32 {
  return load<i32>(jobChunksAddress)
}

/**
 * First element of `chunk` when `size` elements are cut into all chunks of the job, rounded to `align` (a power of two).
 * The chunk ends where the next begins: `chunkStart(size, chunk + 1, align)`.
 */
// @ts-ignore: decorator
@inline
export function chunkStart(size: i32, chunk: i32, align: i32): i32 {
  const chunks = chunkCount()
  if (chunk >= chunks) return size
  return <i32>((<u64>size * chunk) / chunks) & -align
}

export function heapBase(): usize {
  return __heap_base
}

/**
 * Runs a kernel; no job may be unfinished. Where there are workers and chunks to share, they begin and the call returns the
 * number of chunks: this thread goes on with its own work, and takes its part when it `finish`es the job. Else all is done,
 * and the call returns 0.
 */
export function parallel(kernel: i32, args: usize, chunks: i32, workers: i32): i32 {
  store<i32>(jobKernelAddress, kernel)
  store<u32>(jobArgumentsAddress, <u32>args)
  store<i32>(jobChunksAddress, chunks)
  if (ASC_FEATURE_THREADS) {
    if (workers > 0 && chunks > 1) {
      share(chunks)
      return chunks
    }
  }
  for (let chunk = 0; chunk < chunks; chunk++) call_indirect<void>(kernel, args, chunk)
  return 0
}

/** Takes part in a job of so many chunks that has begun, and waits until all of it is done. Returns 1 if it stalled. */
export function finish(chunks: i32, mayWait: i32): i32 {
  if (ASC_FEATURE_THREADS) {
    drain()
    return awaitChunks(chunks, mayWait)
  }
  return 0
}

/** A worker's life: wait for a job, take chunks until none is left, wait again. Ends when its team is dissolved. */
export function work(index: i32, ofTeam: i32): void {
  if (ASC_FEATURE_THREADS) {
    thread = index
    team = ofTeam
    while (true) {
      const word = atomic.load<i32>(teamAddress)
      if (word >> 8 != team) return
      if (index >= (word & 255)) {
        atomic.wait<i32>(teamAddress, word, -1)
        continue
      }
      let spins = 0
      while (<i32>atomic.load<i64>(ticketAddress) <= 0) {
        if (++spins < SPIN) continue
        sleep()
        spins = 0
      }
      drain()
    }
  }
}

// Looked at after the ticket: who is let go between two jobs cannot claim a chunk of the next.
// @ts-ignore: decorator
@inline
function belongs(): bool {
  if (thread == 0) return true
  const word = atomic.load<i32>(teamAddress)
  return word >> 8 == team && thread < (word & 255)
}

function share(chunks: i32): void {
  atomic.store<i32>(completedAddress, 0)
  const job = (atomic.load<i64>(ticketAddress) >> 32) + 1
  atomic.store<i64>(ticketAddress, (job << 32) | <i64>chunks)
  if (atomic.load<i32>(sleepersAddress) > 0) atomic.notify(ticketAddress + 4, -1)
}

// The order (count as sleeper, then look at the job's number) and the caller's order (new number, then look at the
// count) make a missed wake-up impossible: all four are sequentially consistent.
function sleep(): void {
  atomic.add<i32>(sleepersAddress, 1)
  const ticket = atomic.load<i64>(ticketAddress)
  if (<i32>ticket <= 0) atomic.wait<i32>(ticketAddress + 4, <i32>(ticket >> 32), -1)
  atomic.sub<i32>(sleepersAddress, 1)
}

// A chunk once claimed keeps its job from ending, so the job's fields and the counter are the right ones.
function drain(): void {
  let done = 0
  for (let chunk = claim(); chunk >= 0; chunk = claim()) {
    call_indirect<void>(load<i32>(jobKernelAddress), <usize>load<u32>(jobArgumentsAddress), chunk)
    done++
  }
  if (done == 0) return
  atomic.add<i32>(completedAddress, done)
  if (thread != 0 && atomic.load<i32>(callerAsleepAddress) != 0) atomic.notify(completedAddress, 1)
}

function claim(): i32 {
  let ticket = atomic.load<i64>(ticketAddress)
  while (true) {
    const left = <i32>ticket
    if (left <= 0 || !belongs()) return -1
    const seen = atomic.cmpxchg<i64>(ticketAddress, ticket, ticket - 1)
    if (seen == ticket) return load<i32>(jobChunksAddress) - left
    ticket = seen
  }
}

// Every chunk is claimed by now, so this lasts no longer than one chunk, unless a worker died in it.
function awaitChunks(chunks: i32, mayWait: i32): i32 {
  let spins = 0
  while (true) {
    const done = atomic.load<i32>(completedAddress)
    if (done >= chunks) return 0
    if (++spins < SPIN) continue
    if (mayWait != 0) {
      atomic.store<i32>(callerAsleepAddress, 1)
      const timedOut = atomic.wait<i32>(completedAddress, done, SLICE) == 2
      atomic.store<i32>(callerAsleepAddress, 0)
      if (timedOut && stalled(done) != 0) return 1
    } else {
      spins = 0
      if (stalled(done) != 0) return 1
    }
  }
}
