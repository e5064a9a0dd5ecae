import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { SimdBackend } from './backend.ts'
import { chooseBuild } from './build.ts'
import { fastKernels } from './kernels/all.ts'
import { specOf } from './kernels/laws.ts'
import { startProgram } from './program.ts'
import { relaxedSimd } from './relaxed-simd.ts'
import { bitsOf, differingKernel } from './self-test.ts'
import { startBackend } from './start.ts'
import { joinOperations, noWideSimd, optimizedAtOnce } from './wide-simd.ts'

const wasmFolder = fileURLToPath(new URL('../wasm/', import.meta.url))
const running: SimdBackend[] = []
/** Where V8 joins operations, it is to join these, so the optimizing compiler has them from the first call. */
const able = noWideSimd() === undefined

/** A backend on one of the builds, whatever this engine makes of it. */
async function on(build: 'wide' | 'relaxed' | 'plain', threads = 1): Promise<SimdBackend> {
  relaxedSimd()
  if (build === 'wide' && able) joinOperations()
  const backend = new SimdBackend(await startProgram({ threads, maximumBytes: 2 ** 27 }, build), { name: build })
  running.push(backend)
  return backend
}

/** The bits that a kernel gives. */
function bits(backend: SimdBackend, kernel: string, inputs: Record<string, number[]>, attrs: object): Uint32Array[] {
  const { kernelFunc } = fastKernels.find(({ kernelName }) => kernelName === kernel)!
  const entries = Object.entries(inputs).map(([name, shape], i) => {
    const { values } = specOf(shape, i + 1)
    return [name, backend.makeTensorInfo(shape, 'float32', Float32Array.from(values))] as const
  })
  const results = [kernelFunc({ inputs: Object.fromEntries(entries), attrs: attrs as never, backend })].flat()
  const words = results.map(({ dataId }) => new Uint32Array((backend.readSync(dataId) as Float32Array).buffer))
  for (const { dataId } of [...entries.map(([, info]) => info), ...results]) backend.disposeData(dataId)
  return words
}

describe('the 256-bit build', () => {
  let wide: SimdBackend
  let others: SimdBackend[]
  beforeAll(async () => {
    wide = await on('wide')
    others = [await on('relaxed'), await on('wide', 2)]
    return () => {
      for (const backend of running.splice(0)) backend.dispose()
    }
  })

  /** The same bits as the relaxed build, and as on two threads. */
  function same(kernel: string, inputs: Record<string, number[]>, attrs: object = {}): void {
    let own: Uint32Array[] = []
    const compute = () => {
      own = bits(wide, kernel, inputs, attrs)
    }
    if (able) optimizedAtOnce(compute)
    else compute()
    for (const other of others) {
      const expected = bits(other, kernel, inputs, attrs)
      for (const [i, words] of expected.entries()) {
        expect(own[i]!.findIndex((word, at) => word !== words[at])).toBe(-1)
      }
    }
  }

  const extent = (max: number) => fc.integer({ min: 1, max })
  const check = <T>(cases: fc.Arbitrary<T>, law: (value: T) => void, numRuns = 40) =>
    fc.assert(fc.property(cases, law), { numRuns, seed: 7 })

  it('multiplies matrices to the same bits', () =>
    check(
      fc.record({ m: extent(70), k: extent(300), n: extent(150), transposeA: fc.boolean(), transposeB: fc.boolean() }),
      ({ m, k, n, ...attrs }) =>
        same('BatchMatMul', { a: attrs.transposeA ? [k, m] : [m, k], b: attrs.transposeB ? [n, k] : [k, n] }, attrs),
    ))

  it('computes convolutions and their gradients to the same bits', () =>
    check(
      fc.record({
        batch: extent(3),
        height: extent(13),
        width: extent(13),
        channels: fc.constantFrom(3, 16, 24, 40),
        outChannels: fc.constantFrom(5, 16, 24, 40, 72),
        window: fc.constantFrom([1, 1], [3, 1], [3, 2], [4, 2], [5, 1]),
        pad: fc.constantFrom('same', 1),
      }),
      ({ batch, height, width, channels, outChannels, window: [size, strides], pad }) => {
        const padding = pad === 'same' ? size! : 2
        if (Math.min(height, width) + padding < size! + 1) return
        const [x, filter] = [
          [batch, height, width, channels],
          [size!, size!, channels, outChannels],
        ]
        const attrs = { strides, pad, dataFormat: 'NHWC', dilations: 1 }
        const along = (extent: number) =>
          pad === 'same' ? Math.ceil(extent / strides!) : Math.floor((extent + 2 - size!) / strides!) + 1
        const dy = [batch, along(height), along(width), outChannels]
        same('Conv2D', { x, filter }, attrs)
        same('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: x })
        same('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape: filter })
      },
      60,
    ))

  it('normalizes groups to the same bits', () =>
    check(
      fc.record({ size: extent(5), channels: fc.constantFrom(4, 8, 12, 16, 24, 40, 72), silu: fc.boolean() }),
      ({ size, channels, silu }) => {
        const attrs = { groups: 4, epsilon: 1e-5, activation: silu ? 'silu' : 'linear' }
        const image = [2, size, size, channels]
        same('GenGroupNorm', { x0: image, x1: [channels], x2: [2, channels] }, attrs)
        const saved = { dy: image, s0: [2, 4], s1: [2, 4] }
        same('GenGroupNormGrad', { x0: image, x1: [channels], x2: [2, channels], ...saved }, attrs)
      },
    ))

  it('normalizes batches to the same bits', () =>
    check(
      fc.record({ rows: extent(90), channels: fc.constantFrom(3, 8, 12, 40), slope: fc.constantFrom(0, 0.2, 1) }),
      ({ rows, channels, slope }) => {
        const [attrs, image, own] = [{ epsilon: 1e-5, slope }, [rows, channels], [channels]]
        same('GenBatchNorm', { x0: image, x1: own, x2: own }, attrs)
        same('GenBatchNormGrad', { x0: image, x1: own, x2: own, dy: image, s0: own, s1: own }, attrs)
      },
    ))

  it('computes attention and its gradient to the same bits', () =>
    check(fc.record({ heads: extent(3), n: extent(80), m: extent(80), d: extent(40) }), ({ heads, n, m, d }) => {
      const inputs = { x0: [1, heads, n, d], x1: [1, heads, m, d], x2: [1, heads, m, d] }
      same('GenAttention', inputs)
      same('GenAttentionGrad', { ...inputs, dy: [1, heads, n, d], s0: [1, heads, n] })
    }))

  it('computes element by element to the same bits', () => {
    const one = ['Exp', 'Sigmoid', 'Tanh', 'Relu', 'Sqrt', 'Elu', 'Log', 'Softplus', 'LeakyRelu', 'ClipByValue', 'Erf']
    const two = ['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference', 'Prelu']
    const attrs = { alpha: 0.2, clipValueMin: -1, clipValueMax: 1 }
    const step = { learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, step: 3 }
    const adamW = { ...step, count: 1, gradientScale: 0.5 }
    check(
      fc.record({
        rows: extent(5),
        columns: extent(70),
        kernel: fc.constantFrom(...one),
        pair: fc.constantFrom(...two),
      }),
      ({ rows, columns, kernel, pair }) => {
        const x = [rows, columns]
        same(kernel, { x }, attrs)
        for (const b of [x, [columns], [1]]) same(pair, pair === 'Prelu' ? { x, alpha: b } : { a: x, b })
        same(pair, pair === 'Prelu' ? { x, alpha: x } : { a: [rows, 1], b: x })
        same('GenSilu', { x0: x })
        same('GenSiluGrad', { dy: x, x0: x })
        same('GenLerp', { x0: x, x1: x }, { share: 0.3 })
        same('GenAdamW', { x0: x, g0: x, m0: x, v0: x }, adamW)
      },
      60,
    )
  })

  it('passes its own test, which a build with other bits fails by the name of a kernel', async () => {
    const expected = bitsOf(others[0]!)
    expect(differingKernel(expected, bitsOf(wide))).toBe(undefined)
    expect(differingKernel(expected, bitsOf(await on('plain')))).toMatch(/^BatchMatMul \(case 0\)/)
    expect(wide.memory().bytesInUse).toBe(0)
  })
})

describe('the choice of a build', () => {
  afterEach(() => {
    for (const backend of running.splice(0)) backend.dispose()
  })
  const start = async (options: Parameters<typeof startBackend>[0]) => {
    const backend = await startBackend({ threads: 1, maximumBytes: 2 ** 27, ...options })
    running.push(backend)
    return backend.build
  }

  it('tells which one runs, and why not the best', async () => {
    expect(await start({ relaxed: false })).toEqual({ name: 'plain', reason: 'options.relaxed is false' })
    expect(await start({ wide: false })).toEqual({ name: 'relaxed', reason: 'options.wide is false' })
    const wasm = new Uint8Array(readFileSync(join(wasmFolder, 'simd.wasm')))
    expect(await start({ wasm })).toEqual({ name: 'given', reason: 'options name a file' })
    expect(chooseBuild({ wasmUrl: 'https://example.com/x.wasm' }).name).toBe('given')
  })

  it('is the 256-bit build where engine and processor can, else the relaxed one with the reason', async () => {
    const reason = noWideSimd()
    expect(await start({})).toEqual(reason === undefined ? { name: 'wide' } : { name: 'relaxed', reason })
    if (reason !== undefined) expect(reason).toMatch(/Node 24|type|FMA3/)
    const node = Number.parseInt(process.versions.node, 10)
    if (node < 24) expect(reason).toMatch(/V8 .* of Node .* is not known to join/)
  })

  // Where no 256-bit build is chosen, there is nothing to fall back from.
  it.skipIf(!able)('falls back where the 256-bit build gives other numbers or is missing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gen-wide-'))
    try {
      const wasmUrl = `${pathToFileURL(folder).href}/`
      for (const name of readdirSync(wasmFolder)) copyFileSync(join(wasmFolder, name), join(folder, name))
      copyFileSync(join(wasmFolder, 'simd.wasm'), join(folder, 'simd-wide.wasm'))
      expect(await start({ wasmUrl })).toEqual({
        name: 'relaxed',
        reason: expect.stringMatching(/in the 256-bit build BatchMatMul \(case 0\) gave other numbers/),
      })
      rmSync(join(folder, 'simd-wide.wasm'))
      expect(await start({ wasmUrl })).toEqual({
        name: 'relaxed',
        reason: expect.stringMatching(/the 256-bit build does not run: .*could not load .*simd-wide\.wasm/),
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
