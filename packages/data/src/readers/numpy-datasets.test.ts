import { GenError } from '@gen/backend'
import { type Dtype, encodeNpy, encodeNpz, type RawTensor } from '@gen/io'
import { dispose } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { npyDataset, npzDataset } from './numpy-datasets.ts'

function raw(dtype: Dtype, shape: number[], values: ArrayBufferView): RawTensor {
  return { dtype, shape, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) }
}

describe('npzDataset', () => {
  it('reads images of bytes with labels of any integer type', () => {
    const x = raw('U8', [2, 1, 2], new Uint8Array([0, 255, 51, 102]))
    const y = raw('I64', [2], new BigInt64Array([4n, 2n]))
    const data = npzDataset(encodeNpz({ x, y }), { labels: 'y' })
    expect([data.size, data.shape, data.classes]).toEqual([2, [1, 2, 1], 5])
    const { x: values, labels } = data.take([0, 1])
    expect(values.dataSync()).toBeAllClose([0, 1, 0.2, 0.4])
    expect([...(labels?.dataSync() ?? [])]).toEqual([4, 2])
    dispose(labels ? [values, labels] : values)
  })

  it('takes y for labels where it holds integers, and for no labels where it does not, unless it is named', () => {
    const x = raw('U8', [2, 1, 1], new Uint8Array(2))
    const classes = raw('I32', [2, 1], new Int32Array([1, 0]))
    const data = npzDataset(encodeNpz({ x, y: classes }))
    const batch = data.take([0, 1])
    expect([data.classes, ...(batch.labels?.dataSync() ?? [])]).toEqual([2, 1, 0])
    dispose(batch.labels ? [batch.x, batch.labels] : batch.x)
    expect(npzDataset(encodeNpz({ x })).classes).toBe(undefined)
    const targets = encodeNpz({ x, y: raw('F64', [2], new Float64Array([0.5, 1])) })
    expect(npzDataset(targets).classes).toBe(undefined)
    expect(() => npzDataset(targets, { labels: 'y' })).toThrow(/labels as integers \[n\], got F64/)
    expect(() => npzDataset(encodeNpz({ x, y: raw('I32', [3], new Int32Array(3)) }))).toThrow(GenError)
  })

  it('says which arrays there are, and holds to maxBytes', () => {
    const file = encodeNpz({ a: raw('U8', [1, 1, 1], new Uint8Array(1)) })
    expect(() => npzDataset(file)).toThrow(/expected an array x, got a/)
    expect(() => npzDataset(file, { items: 'a', maxBytes: 10 })).toThrow(/at most 10 bytes/)
  })

  it('reads labels in a column, as Keras saves them', () => {
    const x = raw('U8', [3, 1, 1], new Uint8Array(3))
    for (const [shape, dtype, values] of [
      [[3], 'U8', new Uint8Array([2, 0, 1])],
      [[3, 1], 'U8', new Uint8Array([2, 0, 1])],
      [[3, 1], 'I64', new BigInt64Array([2n, 0n, 1n])],
    ] as const) {
      const data = npzDataset(encodeNpz({ x, y: raw(dtype, [...shape], values) }), { labels: 'y' })
      const batch = data.take([0, 1, 2])
      expect([...(batch.labels?.dataSync() ?? [])]).toEqual([2, 0, 1])
      expect(data.classes).toBe(3)
      dispose(batch.labels ? [batch.x, batch.labels] : batch.x)
    }
  })

  it.each([[3, 2], [1, 3], [3, 1, 1], []])('refuses labels of shape [%s, %s, %s]', (...shape) => {
    const sizes = shape.filter((n) => n !== undefined)
    const size = sizes.reduce((product, n) => product * n, 1)
    const file = encodeNpz({ x: raw('U8', [3, 1, 1], new Uint8Array(3)), y: raw('U8', sizes, new Uint8Array(size)) })
    expect(() => npzDataset(file, { labels: 'y' })).toThrow(/labels as integers \[n\], got U8 .*save class numbers/)
  })

  it('refuses labels that are no integers', () => {
    const file = encodeNpz({ x: raw('U8', [1, 1, 1], new Uint8Array(1)), y: raw('F32', [1], new Float32Array(1)) })
    expect(() => npzDataset(file, { labels: 'y' })).toThrow(/labels as integers \[n\], got F32 \[1\]/)
  })
})

describe('npyDataset', () => {
  const npy = (dtype: Dtype, shape: number[], values: ArrayBufferView): Uint8Array =>
    encodeNpy(raw(dtype, shape, values))

  it.each([
    ['points', 'F64', [2, 2], new Float64Array([1, -2, 3, 4]), [2], [1, -2, 3, 4]],
    ['half-precision points', 'F16', [1, 2], new Uint16Array([0x3c00, 0xc000]), [2], [1, -2]],
    ['float images', 'F32', [1, 2, 1], new Float32Array([0, 1]), [2, 1, 1], [0, 1]],
    ['float images with channels', 'F32', [1, 1, 1, 3], new Float32Array([0, 0.5, 1]), [1, 1, 3], [0, 0.5, 1]],
  ] as const)('reads %s', (_, dtype, shape, values, itemShape, expected) => {
    const data = npyDataset(npy(dtype, [...shape], values))
    expect(data.shape).toEqual(itemShape)
    const { x } = data.take(Array.from({ length: data.size }, (_, i) => i))
    expect([...x.dataSync()]).toEqual([...expected])
    x.dispose()
  })

  it.each([
    [
      'float images of 0…255',
      npy('F32', [1, 1, 2], new Float32Array([0, 255])),
      /images in \[0, 1\], got 255; scale them/,
    ],
    ['NaN', npy('F32', [1, 2], new Float32Array([0, Number.NaN])), /got NaN in item 0/],
    [
      'integers',
      npy('I32', [1, 2], new Int32Array(2)),
      /bytes \[n, h, w, c\] or floats \[n, …\], got I32 \[1,2\]; save floats, x\.astype/,
    ],
    ['a list', npy('F32', [2], new Float32Array(2)), /got F32 \[2\]; save a column of numbers, x\.reshape/],
    ['no items', npy('U8', [0, 2, 2], new Uint8Array(0)), /multiple of 4 bytes/],
  ])('refuses %s', (_, file, message) => {
    expect(() => npyDataset(file)).toThrow(message)
  })
})
