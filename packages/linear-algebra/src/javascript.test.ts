/** All laws and all reference values once more, with the inner loops in JavaScript. */
import { describe, expect, it } from 'vitest'
import { computeIn, linearAlgebraEngine } from './arithmetic/arena.ts'

computeIn('javascript')

describe('in JavaScript', async () => {
  it('computes this file', () => {
    expect(linearAlgebraEngine()).toBe('javascript')
  })
  await import('./linear-algebra.test.ts')
  await import('./parity.test.ts')
})
