import { GenError } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { dispose } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { cifar10, cifar100 } from './cifar.ts'

/** A record whose red, green and blue planes hold `base`, `base + 1`, `base + 2`, but for the second pixel's red: 200. */
function record(labels: number[], base: number): number[] {
  const planes = [0, 1, 2].flatMap((channel) => new Array(1024).fill(base + channel))
  planes[1] = 200
  return [...labels, ...planes]
}

function check(data: Dataset, item: number, base: number, label: number): void {
  const { x, labels } = data.take([item])
  expect(x.shape).toEqual([1, 32, 32, 3])
  const bytes = Array.from(x.dataSync(), (value) => Math.round(value * 255))
  expect(bytes.slice(0, 9)).toEqual([base, base + 1, base + 2, 200, base + 1, base + 2, base, base + 1, base + 2])
  expect(bytes.slice(-3)).toEqual([base, base + 1, base + 2])
  expect([...(labels?.dataSync() ?? [])]).toEqual([label])
  dispose(labels ? [x, labels] : x)
}

describe('cifar10', () => {
  it('reads records of several files, planes turned into pixels', () => {
    const data = cifar10([Uint8Array.from([...record([3], 10), ...record([9], 20)]), Uint8Array.from(record([0], 30))])
    expect([data.size, data.shape, data.classes]).toEqual([3, [32, 32, 3], 10])
    check(data, 0, 10, 3)
    check(data, 1, 20, 9)
    check(data, 2, 30, 0)
  })

  it.each([
    ['no file', [], /at least one file/],
    ['an empty file', [new Uint8Array(0)], /got 0 bytes in file 0/],
    [
      'a truncated file',
      [Uint8Array.from(record([3], 10)).subarray(1)],
      /records of 3073 bytes, got 3072 bytes in file 0/,
    ],
    [
      'a label that is none',
      [Uint8Array.from([...record([3], 1), ...record([10], 2)])],
      /labels from 0 to 9, got 10 in record 1 of file 0/,
    ],
  ])('refuses %s', (_, files, message) => {
    expect(() => cifar10(files)).toThrow(message)
    expect(() => cifar10(files)).toThrow(GenError)
  })
})

describe('cifar100', () => {
  const file = Uint8Array.from(record([19, 99], 10))

  it('reads fine and coarse labels', () => {
    expect(cifar100([file]).classes).toBe(100)
    check(cifar100([file]), 0, 10, 99)
    check(cifar100([file], { labels: 'coarse' }), 0, 10, 19)
  })

  it('refuses a file of CIFAR-10', () => {
    expect(() => cifar100([Uint8Array.from(record([3], 10))])).toThrow(/data.cifar100: expected records of 3074 bytes/)
  })
})
