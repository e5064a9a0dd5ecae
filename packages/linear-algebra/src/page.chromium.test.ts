/** The program compiles at once on a page's main thread, and computes there. */
import { expect, it } from 'vitest'
import { gram, identity, linearAlgebraEngine, matrix, product, rowProducts, svd } from './index.ts'

it('computes in WebAssembly on a page', () => {
  expect(linearAlgebraEngine()).toBe('webassembly')
  const a = matrix(Array.from({ length: 90 }, (_, i) => Array.from({ length: 70 }, (_, j) => Math.sin(i * 70 + j * j))))
  const { u, values, v } = svd(a)
  const scaled = product(u, matrix([...values].map((value, i) => [...values].map((_, j) => (i === j ? value : 0)))))
  expect(rowProducts(scaled, v).data).toBeAllClose(a.data, { rtol: 1e-12, atol: 1e-13 })
  expect(gram(u).data).toBeAllClose(identity(70).data, { rtol: 0, atol: 1e-13 })
})
