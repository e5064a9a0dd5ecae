/** For tests: random cases of operations. @module */
import { type Tensor, util } from '@tensorflow/tfjs-core'
import { fold, type Key, key, randintArray, uniformArray } from '../index.ts'

/** The types that all backends hold. */
export type DataType = 'float32' | 'int32' | 'bool'

/** A tensor to be made on any backend. */
export interface Spec {
  readonly shape: number[]
  readonly dtype: DataType
  readonly values: number[]
}

/** Inputs and what to do with them. */
export interface Case {
  readonly inputs: Spec[]
  readonly op: (...inputs: Tensor[]) => Tensor | Tensor[]
}

/** What is hard to get right: not a number, infinite, signed zeros, ties, beyond a byte. */
const special = [Number.NaN, Infinity, -Infinity, 0, -0, 1e30, -1e30, 1e-30, 0.5, -0.5, 1.5, 2.5, 300, -300]

/** Draws the parts of a case; the same number, the same case. */
export class Draws {
  private count = 0
  private readonly key: Key

  constructor(seed: number) {
    this.key = key(seed)
  }

  private next(): Key {
    return fold(this.key, this.count++)
  }

  /** An integer from min to max, both included. */
  integer(min: number, max: number): number {
    return randintArray(this.next(), 1, 1, { min, max: max + 1 })[0]!
  }

  flag(): boolean {
    return this.integer(0, 1) === 1
  }

  pick<T>(...choices: T[]): T {
    return choices[this.integer(0, choices.length - 1)]!
  }

  dtype(): DataType {
    return this.pick('float32', 'int32', 'bool')
  }

  number(): DataType {
    return this.pick('float32', 'int32')
  }

  /** Extents from 1 to `extent`, so many as the rank. */
  shape(minRank: number, maxRank: number, extent = 4): number[] {
    return Array.from({ length: this.integer(minRank, maxRank) }, () => this.integer(1, extent))
  }

  /** A shape that broadcasts to another: some extents 1, some of the first left out. */
  narrower(shape: number[]): number[] {
    const whole = shape.map((extent) => (this.flag() ? 1 : extent))
    return this.flag() ? whole : whole.slice(this.integer(0, shape.length))
  }

  tensor(shape: number[], dtype: DataType = 'float32', min = -3, max = 3): Spec {
    const size = util.sizeFromShape(shape)
    if (dtype === 'float32') return { shape, dtype, values: [...uniformArray(this.next(), 1, size, { min, max })] }
    const bounds = dtype === 'bool' ? { min: 0, max: 2 } : { min: Math.ceil(min), max: Math.floor(max) + 1 }
    return { shape, dtype, values: [...randintArray(this.next(), 1, size, bounds)] }
  }

  /** With a quarter of special values among its floats. */
  hard(shape: number[], dtype: DataType = 'float32'): Spec {
    const spec = this.tensor(shape, dtype)
    if (dtype !== 'float32') return spec
    return { ...spec, values: spec.values.map((value) => (this.integer(0, 3) === 0 ? this.pick(...special) : value)) }
  }

  /** Places of so many axes of a shape, [count, axes]. */
  places(shape: number[], axes: number, count: number): Spec {
    const values = Array.from({ length: count * axes }, (_, i) => this.integer(0, shape[i % axes]! - 1))
    return { shape: [count, axes], dtype: 'int32', values }
  }
}
