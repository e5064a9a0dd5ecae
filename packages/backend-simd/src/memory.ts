/** The heap in which tensors live: one WebAssembly memory, cut into blocks. @module */
import { type Block, freeLists, roundToClass } from './block-lists.ts'
import { simdError } from './errors.ts'
import { pageBytes } from './shared/layout.ts'

/** Blocks are aligned to two cache lines, which the prefetcher treats as one. */
const unitBytes = 128
const growthStep = 16 * 1024 * 1024

/** Views of the whole memory. They are new after each growth: read them from the heap, keep none across an `alloc`. */
export interface HeapViews {
  readonly u8: Uint8Array
  readonly i32: Int32Array
  readonly u32: Uint32Array
  readonly f32: Float32Array
}

/** What {@link Heap.stats} reports, in bytes. */
export interface HeapStats {
  /** In blocks that are allocated, rounded up to their size class. */
  readonly bytesInUse: number
  /** The most that was ever in use. */
  readonly peakBytes: number
  /** The size of the memory. */
  readonly reservedBytes: number
  /** Allocated blocks. */
  readonly blocks: number
}

/** Allocates and frees in constant time. Pointers are unsigned byte offsets, multiples of 128, never 0. */
export interface Heap {
  readonly memory: WebAssembly.Memory
  views(): HeapViews
  alloc(bytes: number): number
  free(pointer: number): void
  stats(): HeapStats
  /** Starts the measurement of the peak anew. */
  resetPeak(): void
}

/** Options of {@link heap}. */
export interface HeapOptions {
  /** First byte that may be used. */
  base: number
  /** Most pages of 64 KiB the memory may have. @default 65536 (4 GiB) */
  maximumPages?: number
}

/**
 * Makes a heap over a memory: two-level segregated fit with 16 classes per power of two, neighbors joined at once
 * when freed, so that neither time nor fragmentation depends on the history.
 *
 * @see TLSF: a new dynamic memory allocator for real-time systems (Masmano et al., 2004) https://doi.org/10.1109/EMRTS.2004.1311009
 */
export function heap(memory: WebAssembly.Memory, { base, maximumPages = 65536 }: HeapOptions): Heap {
  const lists = freeLists()
  const allocated = new Map<number, Block>()
  let end = Math.ceil(base / unitBytes)
  let last: Block | null = null
  let inUse = 0
  let peak = 0
  let views = viewsOf(memory)
  extend(memory.buffer.byteLength)

  /** Adds what lies between the last block and the memory's end as free space. */
  function extend(byteLength: number): void {
    const size = Math.floor(byteLength / unitBytes) - end
    if (size <= 0) return
    if (last?.free) {
      lists.remove(last)
      last.size += size
    } else {
      const block: Block = blockAt(end, size, last)
      if (last) last.after = block
      last = block
    }
    end += size
    lists.insert(last)
  }

  function grow(size: number, bytes: number): void {
    const missing = (size - (last?.free ? last.size : 0)) * unitBytes
    const current = memory.buffer.byteLength
    const wanted = Math.max(missing, growthStep, current / 8)
    const possible = maximumPages - current / pageBytes
    // Ask for more than is needed, so that growing is rare; where that is refused, for what is needed.
    for (const ask of [Math.min(Math.ceil(wanted / pageBytes), possible), Math.ceil(missing / pageBytes)]) {
      if (ask > possible || ask * pageBytes < missing) continue
      if (grew(memory, ask)) {
        views = viewsOf(memory)
        extend(memory.buffer.byteLength)
        return
      }
    }
    throw outOfMemory(bytes, inUse * unitBytes, current, maximumPages * pageBytes)
  }

  function alloc(bytes: number): number {
    if (bytes > maximumPages * pageBytes) {
      throw outOfMemory(bytes, inUse * unitBytes, memory.buffer.byteLength, maximumPages * pageBytes)
    }
    const size = roundToClass(Math.ceil(bytes / unitBytes))
    let block = lists.take(size)
    if (!block) {
      grow(size, bytes)
      block = lists.take(size)!
    }
    if (block.size > size) lists.insert(split(block, size))
    allocated.set(block.start * unitBytes, block)
    inUse += size
    if (inUse > peak) peak = inUse
    return block.start * unitBytes
  }

  function split(block: Block, size: number): Block {
    const rest = blockAt(block.start + size, block.size - size, block)
    rest.after = block.after
    if (rest.after) rest.after.before = rest
    else last = rest
    block.after = rest
    block.size = size
    return rest
  }

  function free(pointer: number): void {
    let block = allocated.get(pointer)
    if (!block) throw simdError('memory', `backend-simd.free: ${pointer} is not allocated`, { details: { pointer } })
    allocated.delete(pointer)
    inUse -= block.size
    if (block.after?.free) join(block, block.after)
    if (block.before?.free) {
      const before = block.before
      lists.remove(before)
      absorb(before, block)
      block = before
    }
    lists.insert(block)
  }

  function join(block: Block, next: Block): void {
    lists.remove(next)
    absorb(block, next)
  }

  function absorb(block: Block, next: Block): void {
    block.size += next.size
    block.after = next.after
    if (next.after) next.after.before = block
    else last = block
  }

  return {
    memory,
    views: () => views,
    alloc,
    free,
    stats: () => ({
      bytesInUse: inUse * unitBytes,
      peakBytes: peak * unitBytes,
      reservedBytes: memory.buffer.byteLength,
      blocks: allocated.size,
    }),
    resetPeak: () => {
      peak = inUse
    },
  }
}

function blockAt(start: number, size: number, before: Block | null): Block {
  return { start, size, free: false, before, after: null, previousFree: null, nextFree: null }
}

function viewsOf({ buffer }: WebAssembly.Memory): HeapViews {
  return {
    u8: new Uint8Array(buffer),
    i32: new Int32Array(buffer),
    u32: new Uint32Array(buffer),
    f32: new Float32Array(buffer),
  }
}

function grew(memory: WebAssembly.Memory, pages: number): boolean {
  try {
    memory.grow(pages)
    return true
  } catch {
    return false
  }
}

function outOfMemory(bytes: number, inUse: number, reserved: number, maximum: number): Error {
  const mebibytes = (value: number) => `${Math.ceil(value / 2 ** 20)} MiB`
  return simdError(
    'memory',
    `backend-simd.alloc: expected room for ${mebibytes(bytes)}, but ${mebibytes(inUse)} of at most ${mebibytes(maximum)} are in use and the rest is fragmented or refused by the engine; use a smaller batch, or tf.tidy to free intermediate tensors`,
    { details: { bytes, inUse, reserved, maximum } },
  )
}
