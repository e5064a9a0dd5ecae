import { expect, it } from 'vitest'
import { counter, minutes } from './counter.ts'

function watched(terminal: boolean) {
  const lines: string[] = []
  let time = 0
  const view = counter('locating', 100, {
    ...{ terminal, everySeconds: 5, quietSeconds: 1 },
    write: (text) => lines.push(text),
    now: () => time,
  })
  return {
    ...{ lines, view },
    at: (seconds: number, done: number) => {
      time = 1000 * seconds
      view.update(done)
    },
  }
}

it('says after a second how far it is and what is left at the pace so far, then every five seconds', () => {
  const { lines, at, view } = watched(false)
  at(0.5, 1)
  expect(lines).toEqual([])
  at(2, 10)
  at(4, 20)
  at(8, 25)
  at(20, 100)
  view.stop()
  expect(lines).toEqual([
    'locating  10/100  0:18 left\n',
    'locating  25/100  0:24 left\n',
    'locating  100/100  0:00 left\n',
  ])
})

it('draws one line over the other on a terminal, and wipes it at the end', () => {
  const { lines, at, view } = watched(true)
  at(3, 0)
  at(9, 60)
  view.stop()
  expect(lines).toEqual(['\r\x1b[Klocating  0/100  started', '\r\x1b[Klocating  60/100  0:06 left', '\r\x1b[K'])
})

it('has no words for what is done at once', () => {
  const { lines, at, view } = watched(true)
  at(1.5, 100)
  view.stop()
  expect(lines).toEqual([])
})

it('tells minutes', () => {
  expect([0, 59.6, 61, 3600].map(minutes)).toEqual(['0:00', '1:00', '1:01', '60:00'])
})
