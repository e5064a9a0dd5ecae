import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { type Program, type ProgramOptions, startProgram } from './program.ts'

let program: Program | undefined

async function start(options: ProgramOptions): Promise<Program> {
  program = await startProgram(options)
  return program
}

/** Runs the counting kernel and returns how often each chunk ran. */
function count({ heap, run }: Program, chunks: number): number[] {
  const pointer = heap.alloc(4 * chunks)
  const words = () => heap.views().i32.subarray(pointer / 4, pointer / 4 + chunks)
  words().fill(0)
  run('probeCount', chunks, pointer)
  const counts = Array.from(words())
  heap.free(pointer)
  return counts
}

/** Runs jobs until `expected` threads have been seen, at most 2000 and at least 20; returns the threads' numbers. */
function seenThreads({ heap, run }: Program, expected: number): number[] {
  const pointer = heap.alloc(256)
  const seen = new Set<number>()
  for (let i = 0; i < 2000 && (i < 20 || seen.size < expected); i++) {
    run('probeThread', 64, pointer, 5000)
    for (const thread of heap.views().i32.subarray(pointer / 4, pointer / 4 + 64)) seen.add(thread)
  }
  heap.free(pointer)
  return [...seen].sort()
}

/** Runs a kernel that on a worker does something bad, with the mark it needs. */
function misbehave({ heap, run, finish }: Program, kernel: string): void {
  const mark = heap.alloc(4)
  heap.views().i32[mark / 4] = 0
  run(kernel, 2, mark)
  finish()
}

function script(code: string): string {
  const source = fileURLToPath(new URL('./program.ts', import.meta.url))
  const flags = ['--import', 'tsx', '--conditions=@gen/source', '--input-type=module', '--eval']
  return execFileSync(process.execPath, [...flags, `import { startProgram } from ${JSON.stringify(source)}\n${code}`], {
    timeout: 150_000,
    encoding: 'utf8',
  })
}

describe('threads', () => {
  afterEach(() => program?.dispose())

  it.each([1, 2, 3])('runs every chunk exactly once, %i thread(s)', async (threads) => {
    const own = await start({ threads })
    expect(own.threads()).toBe(threads)
    for (let i = 0; i < 2000; i++) {
      const chunks = 1 + (i % 64)
      expect(count(own, chunks)).toEqual(new Array(chunks).fill(1))
    }
  })

  it('measures the units alike in every chunk', async () => {
    const own = await start({ threads: 2 })
    const pointer = own.heap.alloc(256)
    own.run('probeUnits', 64, pointer, 2)
    const sums = Array.from(own.heap.views().f32.subarray(pointer / 4, pointer / 4 + 64))
    own.heap.free(pointer)
    // Eight times y, twice multiplied by x and increased by y.
    const expected = 8 * ((0.001 * 0.999 + 0.001) * 0.999 + 0.001)
    for (const sum of sums) expect(sum).toBeCloseTo(expected, 7)
  })

  it('goes on with JavaScript while a worker computes', async () => {
    const own = await start({ threads: 2 })
    const pointer = own.heap.alloc(256)
    const marks = new Int32Array(own.heap.memory.buffer, pointer, 64)
    // Not a view of the heap, which would wait for what was begun.
    let returnedEarly = false
    // Again where this thread lost its core for so long that the worker was done meanwhile.
    for (let i = 0; i < 20 && !returnedEarly; i++) {
      marks.fill(-1)
      own.run('probeThread', 64, pointer, 2_000_000)
      returnedEarly = marks.includes(-1)
      own.finish()
      expect(marks).not.toContain(-1)
    }
    own.heap.free(pointer)
    expect(returnedEarly).toBe(true)
  })

  it('runs jobs in order, each with its own arguments, when nobody reads between them', async () => {
    const own = await start({ threads: 2 })
    const pointers = Array.from({ length: 5 }, () => own.heap.alloc(256))
    for (const pointer of pointers) own.heap.views().i32.fill(0, pointer / 4, pointer / 4 + 64)
    for (let i = 0; i < 500; i++) own.run('probeCount', i % 3 === 0 ? 1 : 64, pointers[i % 5]!)
    const { i32 } = own.heap.views()
    for (const [j, pointer] of pointers.entries()) {
      const shared = Array.from({ length: 100 }, (_, i) => 5 * i + j).filter((i) => i % 3 !== 0).length
      expect(Array.from(i32.subarray(pointer / 4, pointer / 4 + 64))).toEqual([100, ...new Array(63).fill(shared)])
    }
  })

  it('changes the number of threads while a job has begun', async () => {
    const own = await start({ threads: 2 })
    const pointer = own.heap.alloc(256)
    for (const threads of [4, 1, 3, 2]) {
      own.heap.views().i32.fill(-1, pointer / 4, pointer / 4 + 64)
      const before = own.threads()
      own.run('probeThread', 64, pointer, 20_000)
      await own.setThreads(threads)
      for (const thread of own.heap.views().i32.subarray(pointer / 4, pointer / 4 + 64)) {
        expect(thread).toBeGreaterThanOrEqual(0)
        expect(thread).toBeLessThan(before)
      }
    }
  })

  it('changes the number of threads while it runs', async () => {
    const own = await start({ threads: 2 })
    for (const threads of [4, 1, 3, 2, 4, 1, 2]) {
      await own.setThreads(threads)
      expect(own.threads()).toBe(threads)
      for (let i = 0; i < 100; i++) expect(count(own, 40)).toEqual(new Array(40).fill(1))
    }
  })

  it('shares the chunks among exactly the threads that were asked for', async () => {
    const own = await start({ threads: 3 })
    expect(seenThreads(own, 3)).toEqual([0, 1, 2])
    await own.setThreads(2)
    expect(seenThreads(own, 2)).toEqual([0, 1])
    await own.setThreads(1)
    expect(seenThreads(own, 1)).toEqual([0])
    await own.setThreads(3)
    expect(seenThreads(own, 3)).toEqual([0, 1, 2])
  })

  it('keeps working after the workers have fallen asleep', async () => {
    const own = await start({ threads: 2 })
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(count(own, 8)).toEqual(new Array(8).fill(1))
    }
  })

  it('sees memory that grew after the workers started', async () => {
    const own = await start({ threads: 2 })
    const far = own.heap.alloc(64 * 2 ** 20)
    for (let i = 0; i < 100; i++) expect(count(own, 16)).toEqual(new Array(16).fill(1))
    own.heap.free(far)
  })

  it('says so when a worker hangs in a kernel, and goes on with one thread', async () => {
    // Longer than a worker may wait for a core on a busy machine.
    const own = await start({ threads: 2, stallTimeout: 3000 })
    expect(() => misbehave(own, 'probeHang')).toThrow(/one was lost \(no progress in 3000 ms\)/)
    expect(own.threads()).toBe(1)
    expect(count(own, 9)).toEqual(new Array(9).fill(1))
    await own.setThreads(2)
    expect(count(own, 9)).toEqual(new Array(9).fill(1))
  })

  it('says so when a worker traps, and goes on with one thread', async () => {
    const own = await start({ threads: 2 })
    expect(() => misbehave(own, 'probeTrap')).toThrow(/one was lost \(it trapped\)/)
    expect(own.threads()).toBe(1)
    expect(count(own, 9)).toEqual(new Array(9).fill(1))
  })

  it('refuses bad numbers, threads without shared memory, and kernels that do not exist', async () => {
    const own = await start({ threads: 1 })
    await expect(own.setThreads(0)).rejects.toThrow(/integer from 1 to 64, got 0/)
    await expect(own.setThreads(2)).rejects.toThrow(/register it with threads: 2/)
    expect(() => own.run('nonsense', 1)).toThrow(/expected a kernel of the program/)
    await expect(startProgram({ threads: 1, wasmUrl: 'file:///nowhere/' })).rejects.toThrow(/pass options.wasmUrl/)
    await expect(startProgram({ threads: 1, wasm: new Uint8Array(8) })).rejects.toThrow(/not a program/)
  })

  it('does not keep a script from ending', () => {
    const code = `const own = await startProgram({ threads: 2 }); own.run('probeNothing', 8); console.log(own.threads())`
    expect(script(code)).toBe('2\n')
    expect(script(`const own = await startProgram({ threads: 3 }); own.run('probeNothing', 8); process.exit(0)`)).toBe(
      '',
    )
  })

  it('works inside a worker', async () => {
    const source = fileURLToPath(new URL('./program.ts', import.meta.url))
    const code = `import('tsx/esm/api').then(async ({ register }) => {
      register()
      const { startProgram } = await import(${JSON.stringify(source)})
      const own = await startProgram({ threads: 2 })
      own.run('probeNothing', 8)
      require('node:worker_threads').parentPort.postMessage(own.threads())
    })`
    const worker = new Worker(code, { eval: true })
    const threads = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
    await worker.terminate()
    expect(threads).toBe(2)
  })
})
