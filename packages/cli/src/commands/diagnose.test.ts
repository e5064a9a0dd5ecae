import { expect, it } from 'vitest'
import { findingsTable } from './diagnose.ts'

it('the table has a line for each problem, and a remedy below what is wrong', () => {
  const table = findingsTable([
    { problem: 'balance', healthy: true, message: 'rate 13 nats', remedy: '' },
    { problem: 'blur', healthy: false, message: 'lost variance 0.05', remedy: 'a larger decoder' },
  ])
  expect(table.split('\n')).toEqual([
    'ok  balance  rate 13 nats',
    '!   blur     lost variance 0.05',
    '             → a larger decoder',
  ])
})
