import { expect, test } from 'vitest'
import { GenError } from './gen-error.ts'
import { refusal } from './refusal.ts'

test('a refusal names the function, what was expected, what came and the remedy', () => {
  const cause = new Error('why')
  const error = refusal('shape', 'demo.f', { expected: 'rank 2', got: 3, remedy: 'reshape', details: { n: 3 }, cause })
  expect(GenError.is(error)).toBe(true)
  expect(error).toMatchObject({ code: 'shape', message: 'demo.f: expected rank 2, got 3; reshape', details: { n: 3 } })
  expect(error.cause).toBe(cause)
})

test('without a remedy the message ends with what came, and without a cause there is none', () => {
  const error = refusal('value', 'demo.f', { expected: 'a name', got: undefined })
  expect(error.message).toBe('demo.f: expected a name, got undefined')
  expect('cause' in error).toBe(false)
})
