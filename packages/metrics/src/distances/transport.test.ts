import { type Matrix, matrix } from '@gen/linear-algebra'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixture, uniform, vectors } from '../testing.ts'
import { type TransportPlan, transport } from './transport.ts'
import { wassersteinDistance } from './wasserstein.ts'

interface Reference {
  assignment: { cost: number; columns: number[] }
  equal: { p1: number; p2: number }
  unequal: { p1: number; p2: number }
  weighted: number
}

const x = vectors(11, 60, 5)
const y = vectors(12, 60, 5, { spread: 1.2, shift: 0.3 })
const more = vectors(13, 45, 5, { spread: 1.2, shift: 0.3 })
const reference = fixture<Reference>('transport')

function squaredDistances(a: Matrix, b: Matrix): Matrix {
  const data = Float64Array.from({ length: a.rows * b.rows }, (_, at) => {
    const [i, j] = [Math.floor(at / b.rows), at % b.rows]
    let sum = 0
    for (let k = 0; k < a.columns; k++) sum += (a.data[i * a.columns + k]! - b.data[j * b.columns + k]!) ** 2
    return sum
  })
  return { rows: a.rows, columns: b.rows, data }
}

function permutations(n: number): number[][] {
  if (n === 0) return [[]]
  return permutations(n - 1).flatMap((order) => order.concat(n - 1).map((_, at) => order.toSpliced(at, 0, n - 1)))
}

function marginals({ shipments }: TransportPlan, rows: number, columns: number) {
  const [from, to] = [new Array<number>(rows).fill(0), new Array<number>(columns).fill(0)]
  for (const shipment of shipments) {
    from[shipment.from]! += shipment.mass
    to[shipment.to]! += shipment.mass
  }
  return { from, to }
}

describe('transport', () => {
  it('of equal counts is the assignment that SciPy finds', () => {
    const { cost, shipments } = transport(squaredDistances(x, y))
    expect([cost]).toBeAllClose([reference.assignment.cost], { rtol: 1e-12, atol: 0 })
    expect(shipments.map(({ to }) => to)).toEqual(reference.assignment.columns)
    expect(shipments.every(({ mass }) => mass === 1 / 60)).toBe(true)
  })

  it('is the best of all permutations, ties and negative costs included', () => {
    const orders = permutations(5)
    const cell = fc.integer({ min: -4, max: 9 })
    fc.assert(
      fc.property(fc.array(cell, { minLength: 25, maxLength: 25 }), (cells) => {
        const best = Math.min(...orders.map((order) => order.reduce((sum, j, i) => sum + cells[5 * i + j]!, 0)))
        const { cost } = transport({ rows: 5, columns: 5, data: Float64Array.from(cells) })
        expect([cost]).toBeAllClose([best / 5], { rtol: 1e-12, atol: 1e-12 })
      }),
      { numRuns: 200, seed: 3 },
    )
  })

  it('with masses carries exactly these, at the cost that POT finds', () => {
    const normalized = (values: Float64Array) => {
      const sum = values.reduce((total, value) => total + value + 0.05, 0)
      return values.map((value) => (value + 0.05) / sum)
    }
    const [from, to] = [normalized(uniform(14, 60)), normalized(uniform(15, 45))]
    const plan = transport(squaredDistances(x, more), { from, to })
    expect([plan.cost]).toBeAllClose([reference.weighted], { rtol: 1e-9, atol: 0 })
    const carried = marginals(plan, 60, 45)
    expect(carried.from).toBeAllClose(from, { rtol: 1e-12, atol: 1e-15 })
    expect(carried.to).toBeAllClose(to, { rtol: 1e-12, atol: 1e-15 })
  })

  it('of any counts carries equal masses and is never beaten by a feasible plan', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.nat(1000), (n, m, seed) => {
        const cost = { rows: n, columns: m, data: uniform(seed, n * m) }
        const plan = transport(cost)
        const carried = marginals(plan, n, m)
        expect(carried.from).toBeAllClose(new Array(n).fill(1 / n), { rtol: 1e-12 })
        expect(carried.to).toBeAllClose(new Array(m).fill(1 / m), { rtol: 1e-12 })
        const spreadEvenly = cost.data.reduce((sum, value) => sum + value, 0) / (n * m)
        expect(plan.cost).toBeLessThanOrEqual(spreadEvenly + 1e-12)
        expect(plan.shipments.length).toBeLessThanOrEqual(n * m)
      }),
      { numRuns: 60, seed: 4 },
    )
  })

  it('is certified by duality: prices exist that leave no cheaper way', () => {
    const cost = squaredDistances(x, more)
    const plan = transport(cost)
    const potential = prices(cost, plan)
    let dual = 0
    for (let i = 0; i < 60; i++) dual += potential.rows[i]! / 60
    for (let j = 0; j < 45; j++) dual += potential.columns[j]! / 45
    expect([dual]).toBeAllClose([plan.cost], { rtol: 1e-10, atol: 0 })
  })

  it('refuses what it cannot solve', () => {
    const large = { rows: 2001, columns: 1, data: new Float64Array(2001) }
    expect(() => transport(large)).toThrow('expected at most 2000 points a side, got 2001 and 1')
    expect(() => transport(matrix([[1, 2]]), { from: [-1] })).toThrow('expected from as 1 masses ≥ 0')
    expect(() => transport(matrix([[1, 2]]), { to: [1] })).toThrow('expected to as 2 masses ≥ 0')
    expect(() => transport(matrix([[1, Number.NaN]]))).toThrow('got NaN in row 0, column 1')
  })
})

/**
 * Shortest paths (Bellman–Ford) in the plan's residual graph, from row 0: feasible prices exist only if it is optimal.
 */
function prices({ rows, columns, data }: Matrix, { shipments }: TransportPlan) {
  const row = new Array<number>(rows).fill(0)
  const column = new Array<number>(columns).fill(0)
  for (let round = 0; round < rows + columns; round++) {
    for (let j = 0; j < columns; j++) {
      for (let i = 0; i < rows; i++)
        column[j] = Math.min(i === 0 ? Number.POSITIVE_INFINITY : column[j]!, data[i * columns + j]! - row[i]!)
    }
    for (const { from, to } of shipments) row[from] = Math.max(row[from]!, data[from * columns + to]! - column[to]!)
  }
  return { rows: row, columns: column }
}

describe('wasserstein', () => {
  it('equals POT, for equal and unequal counts', () => {
    for (const [p, key] of [[1, 'p1'] as const, [2, 'p2'] as const]) {
      expect([wassersteinDistance(x, y, { p }).value]).toBeAllClose([reference.equal[key]], { rtol: 1e-10, atol: 0 })
      expect([wassersteinDistance(x, more, { p }).value]).toBeAllClose([reference.unequal[key]], {
        rtol: 1e-10,
        atol: 0,
      })
    }
  })

  it('is a metric', () => {
    const [xy, yx] = [wassersteinDistance(x, more).value, wassersteinDistance(more, x).value]
    expect([xy]).toBeAllClose([yx], { rtol: 1e-12 })
    expect(wassersteinDistance(x, x).value).toBe(0)
    expect(xy).toBeLessThanOrEqual(wassersteinDistance(x, y).value + wassersteinDistance(y, more).value)
  })

  it('of a shifted copy is the shift', () => {
    const moved = { ...x, data: x.data.map((value, at) => value + (at % 5 === 2 ? 3 : 0)) }
    expect([wassersteinDistance(x, moved).value, wassersteinDistance(x, moved, { p: 1 }).value]).toBeAllClose([3, 3], {
      rtol: 1e-12,
    })
  })
})
