/** A map between latent spaces, as numbers. @module */
import { assertShape, refusal } from '@gen/backend'
import { type Matrix64, product } from '@gen/linear-algebra'
import { add, matMul, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { assertList, assertNumbers, assertTensor, given } from '../arguments.ts'
import { type Codes, readCodes } from '../codes.ts'

/** A linear or affine map `y = x·matrix + bias` from codes of one space to codes of another. */
export interface LinearMap {
  readonly inputSize: number
  readonly outputSize: number
  /** `inputSize × outputSize`, float64. */
  readonly matrix: Matrix64
  /** `outputSize` numbers; all 0 for a map without. */
  readonly bias: Float64Array
  /** How it was made: method, regularization, number of points. Plain JSON. */
  readonly config: Readonly<Record<string, string | number | boolean>>
  /** What the reader of the numbers should know, in words. */
  readonly warnings: readonly string[]
  /** Maps codes `[batch, inputSize]` to `[batch, outputSize]` on the device; differentiable. */
  apply(z: Tensor2D): Tensor2D
}

/** What a map is made from: {@link LinearMap} without its method. */
export type LinearMapParts = Pick<LinearMap, 'matrix' | 'bias'> & Partial<Pick<LinearMap, 'config' | 'warnings'>>

/**
 * Makes a map from a matrix and a bias.
 *
 * @throws GenError `shape` when the bias does not fit the matrix.
 * @example
 * const swap = linearMap({ matrix: { rows: 2, columns: 2, data: Float64Array.of(0, 1, 1, 0) }, bias: new Float64Array(2) })
 */
export function linearMap(parts: LinearMapParts): LinearMap {
  const { matrix, bias, config = {}, warnings = [] } = given('latentTools.linearMap', parts, 'a map, { matrix, bias },')
  given('latentTools.linearMap', matrix, 'the matrix, { rows, columns, data },')
  assertNumbers('latentTools.linearMap', 'the bias', bias)
  assertNumbers('latentTools.linearMap', 'the matrix', matrix.data)
  const { rows: inputSize, columns: outputSize, data } = matrix
  if (bias.length !== outputSize || data.length !== inputSize * outputSize) {
    const got = `${data.length} numbers and a bias of ${bias.length}`
    throw refusal('shape', 'latentTools.linearMap', { expected: `${inputSize} × ${outputSize} numbers`, got })
  }
  return {
    inputSize,
    outputSize,
    matrix,
    bias,
    config,
    warnings,
    apply: (z) => {
      assertTensor('latentTools.LinearMap.apply', 'z', z)
      const remedy = 'this map takes codes of the space that it was fitted from'
      assertShape('latentTools.LinearMap.apply', 'z', z, [null, inputSize], remedy)
      return tidy(() => {
        const weights = tensor2d(Float32Array.from(data), [inputSize, outputSize])
        return add(matMul(z, weights), Float32Array.from(bias))
      })
    },
  }
}

/**
 * Maps codes in float64, on the CPU.
 *
 * @throws GenError `shape` for codes of another size.
 * @example
 * const there = mapCodes(map, support.a)
 */
export function mapCodes(map: Pick<LinearMap, 'matrix' | 'bias'>, codes: Codes): Matrix64 {
  assertMap('latentTools.mapCodes', 'the map', map)
  const x = readCodes('latentTools.mapCodes', 'codes', codes)
  if (x.columns !== map.matrix.rows) {
    throw refusal('shape', 'latentTools.mapCodes', {
      expected: `codes of ${map.matrix.rows} dimensions`,
      got: x.columns,
    })
  }
  const out = product(x, map.matrix)
  for (let i = 0; i < out.data.length; i++) out.data[i]! += map.bias[i % out.columns]!
  return out
}

/**
 * The map that goes through both: first, then second.
 *
 * @throws GenError `shape` when the second does not start where the first ends.
 * @example
 * const direct = composeMaps(ganToVae, vaeToFlow)
 */
export function composeMaps(first: LinearMap, second: LinearMap): LinearMap {
  assertMap('latentTools.composeMaps', 'the first map', first)
  assertMap('latentTools.composeMaps', 'the second map', second)
  if (first.outputSize !== second.inputSize) {
    const got = `${first.outputSize} and ${second.inputSize}`
    throw refusal('shape', 'latentTools.composeMaps', { expected: 'the second map to start where the first ends', got })
  }
  const bias = mapCodes(second, { rows: 1, columns: first.outputSize, data: first.bias }).data
  const warnings = [first, second].flatMap((map) => map.warnings ?? [])
  return linearMap({ matrix: product(first.matrix, second.matrix), bias, config: { method: 'composed' }, warnings })
}

type Stored = Pick<LinearMap, 'matrix' | 'bias'> & Partial<Pick<LinearMap, 'config' | 'warnings'>>

function assertMap(where: string, name: string, map: Stored): void {
  const { matrix, bias, config = {}, warnings = [] } = given(where, map, name)
  given(where, config, `the config of ${name}`)
  assertList(where, `the warnings of ${name}`, warnings)
  const { data } = given(where, matrix, `the matrix of ${name}`)
  assertNumbers(where, `the matrix of ${name}`, data)
  assertNumbers(where, `the bias of ${name}`, bias)
}

const stored = v.object({
  matrix: v.array(v.array(v.number())),
  bias: v.array(v.number()),
  config: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
  warnings: v.array(v.string()),
})

/** A map as plain JSON. */
export interface LinearMapJson {
  readonly matrix: readonly (readonly number[])[]
  readonly bias: readonly number[]
  readonly config: LinearMap['config']
  readonly warnings: readonly string[]
}

/** A map as plain JSON; {@link linearMapFromJson} reads it back with the same numbers. */
export function linearMapToJson(map: LinearMap): LinearMapJson {
  assertMap('latentTools.linearMapToJson', 'the map', map)
  const { matrix, bias, config = {}, warnings = [] } = map
  const rows = Array.from({ length: matrix.rows }, (_, i) => [
    ...matrix.data.subarray(i * matrix.columns, (i + 1) * matrix.columns),
  ])
  return { matrix: rows, bias: [...bias], config, warnings: [...warnings] }
}

/**
 * Reads a map from JSON whose content is not trusted.
 *
 * @throws GenError `file` for other content; `shape` when the numbers do not fit.
 * @example
 * const map = linearMapFromJson(JSON.parse(text))
 */
export function linearMapFromJson(json: unknown): LinearMap {
  const parsed = v.safeParse(stored, json)
  if (!parsed.success) {
    const got = parsed.issues[0].message
    throw refusal('file', 'latentTools.linearMapFromJson', {
      expected: 'a map with matrix, bias, config and warnings',
      got,
    })
  }
  const { matrix, bias, config, warnings } = parsed.output
  const where = 'latentTools.linearMapFromJson'
  return linearMap({ matrix: readCodes(where, 'matrix', matrix), bias: Float64Array.from(bias), config, warnings })
}
