/** The bookkeeping of the heap: blocks in address order, and the free ones listed by size class. @module */

/** log2 of the steps between two powers of two: 16 steps waste at most 6 % of a block. */
const stepBits = 4
const steps = 1 << stepBits
const levels = 26

/** A contiguous run of units. Neighbors in memory are linked, and so are the free blocks of one class. */
export interface Block {
  start: number
  size: number
  free: boolean
  before: Block | null
  after: Block | null
  previousFree: Block | null
  nextFree: Block | null
}

/** Size classes: 1, 2, …, 16 units, then 16 steps between consecutive powers of two. */
export function classOf(size: number): number {
  if (size < steps) return size
  const shift = 31 - Math.clz32(size) - stepBits
  return (shift << stepBits) + (size >> shift)
}

/** The smallest class boundary that is at least `size`: blocks have such sizes, so a freed one fits its like exactly. */
export function roundToClass(size: number): number {
  if (size < steps) return Math.max(size, 1)
  const shift = 31 - Math.clz32(size) - stepBits
  return ((size + (1 << shift) - 1) >> shift) << shift
}

/** Free blocks by class, with bit maps of the classes that have some: insert, remove and find take constant time. */
export interface FreeLists {
  insert(block: Block): void
  remove(block: Block): void
  /** Removes and returns a block of at least `size` units; `size` is a class boundary. */
  take(size: number): Block | null
}

/** Makes empty lists. */
export function freeLists(): FreeLists {
  const heads: (Block | null)[] = new Array((levels + 1) * steps).fill(null)
  const maps = new Uint32Array(levels + 1)
  let levelMap = 0

  function insert(block: Block): void {
    const index = classOf(block.size)
    const head = heads[index] ?? null
    block.free = true
    block.previousFree = null
    block.nextFree = head
    if (head) head.previousFree = block
    heads[index] = block
    maps[index >> stepBits]! |= 1 << (index & (steps - 1))
    levelMap |= 1 << (index >> stepBits)
  }

  function remove(block: Block): void {
    const index = classOf(block.size)
    block.free = false
    if (block.nextFree) block.nextFree.previousFree = block.previousFree
    if (block.previousFree) block.previousFree.nextFree = block.nextFree
    else heads[index] = block.nextFree
    if (heads[index]) return
    maps[index >> stepBits]! &= ~(1 << (index & (steps - 1)))
    if (maps[index >> stepBits] === 0) levelMap &= ~(1 << (index >> stepBits))
  }

  function take(size: number): Block | null {
    const index = classOf(size)
    let level = index >> stepBits
    let map = maps[level]! & (-1 << (index & (steps - 1)))
    if (map === 0) {
      const above = levelMap & (-2 << level)
      if (above === 0) return null
      level = 31 - Math.clz32(above & -above)
      map = maps[level]!
    }
    const block = heads[(level << stepBits) + 31 - Math.clz32(map & -map)]!
    remove(block)
    return block
  }

  return { insert, remove, take }
}
