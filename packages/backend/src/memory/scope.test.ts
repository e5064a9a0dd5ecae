import { add, memory, scalar, tidy } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { scope } from '../index.ts'

it('disposes what was kept, together, across awaits and out of a tidy', async () => {
  const before = memory().numTensors
  const group = scope()
  const a = group.keep(scalar(1))
  await Promise.resolve()
  const b = tidy(() => {
    group.keep(add(a, 1))
    return group.keep(add(a, 2))
  })
  expect(memory().numTensors).toBe(before + 3)
  expect(b.dataSync()[0]).toBe(3)
  group.dispose()
  expect(memory().numTensors).toBe(before)
  expect(a.isDisposed && b.isDisposed).toBe(true)
})

it('passes over what is disposed already, and what is kept twice', () => {
  const group = scope()
  const a = group.keep(group.keep(scalar(1)))
  const b = group.keep(scalar(2))
  b.dispose()
  group.dispose()
  group.dispose()
  expect(a.isDisposed).toBe(true)
})

it('can be used again', () => {
  const group = scope()
  group.keep(scalar(1))
  group.dispose()
  const a = group.keep(scalar(2))
  expect(a.isDisposed).toBe(false)
  group.dispose()
  expect(a.isDisposed).toBe(true)
})
