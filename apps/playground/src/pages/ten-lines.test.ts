/** The code that pages show, as it stands there, run in a program of its own. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { pages } from './pages.ts'

/** Runs a file from the packages' sources; what it prints. */
function run(file: string): Promise<string> {
  const args = ['--conditions=@gen/source', '--import', 'tsx', file]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: fileURLToPath(new URL('../..', import.meta.url)) })
    let [printed, told] = ['', '']
    child.stdout.on('data', (text) => {
      printed += text
    })
    child.stderr.on('data', (text) => {
      told += text
    })
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(printed) : reject(new Error(`${file}: ${told}`))))
  })
}

/** Every number that a text holds. */
const numbers = (text: string): number[] => (text.match(/-?\d+(\.\d+)?(e-?\d+)?/g) ?? []).map(Number)

/** What holds of what each prints. */
const laws: Readonly<Record<string, (printed: string) => void>> = {
  latent: (printed) => {
    const [last] = printed.trim().split('\n').slice(-1)
    const [, value = 0, error = 0] = numbers(last!)
    // By quadrature, as the page has it.
    expect(Math.abs(value - 0.1052)).toBeLessThan(3 * error + 5e-5)
  },
  line: (printed) => {
    const misses = printed
      .trim()
      .split('\n')
      .map((line) => numbers(line).at(-1)!)
    expect(misses.at(-1)).toBeLessThan(misses[0]! / 2)
  },
  flow: (printed) => {
    const [model, truth] = numbers(printed) as [number, number]
    expect(truth - model).toBeGreaterThan(-0.05)
    expect(truth - model).toBeLessThan(0.15)
  },
  answers: (printed) => {
    const drawn = numbers(printed).filter((value) => Math.abs(value) > 0)
    expect(drawn.length).toBeGreaterThanOrEqual(6)
    for (const value of drawn.slice(-6)) expect(Math.min(Math.abs(value - 2.5), Math.abs(value + 1.5))).toBeLessThan(1)
  },
  fill: (printed) => {
    const [off, ...shape] = numbers(printed).reverse()
    expect(off).toBeLessThan(0.05)
    expect(shape.slice(-4).reverse()).toEqual([6, 32, 32, 3])
  },
  game: (printed) => {
    const drawn = numbers(printed.slice(printed.indexOf('[[')))
    expect(drawn.length).toBe(12)
    // Row 1; column 0 or 2, and neither in between.
    for (const [i, value] of drawn.entries())
      expect(i % 2 === 0 ? Math.abs(value - 1) : Math.abs(Math.abs(value - 1) - 1)).toBeLessThan(0.5)
  },
  edit: (printed) => {
    const [accuracy, cosine, ...shape] = numbers(printed)
    expect(accuracy).toBeGreaterThan(0.9)
    // The normals of a and of a + b.
    expect(Math.abs(cosine! - Math.SQRT1_2)).toBeLessThan(0.05)
    expect(shape).toEqual([1000, 64])
  },
  digits: (printed) => expect(numbers(printed)).toEqual([10, 28, 28, 1, 10, 28, 28, 1]),
  spaces: (printed) => {
    const [r2, ...shape] = numbers(printed)
    expect(r2).toBeGreaterThan(0.999)
    expect(shape).toEqual([50, 16])
  },
  own: (printed) => expect(numbers(printed)).toEqual([8, 32, 32, 3]),
  gan: (printed) => expect(printed).toMatch(/^Tensor/),
  diffusion: (printed) => expect(printed).toMatch(/^Tensor/),
  vae: (printed) => expect(numbers(printed)).toEqual([16, 28, 28, 1]),
}

describe.each(pages.map(({ name }) => ({ name })))('$name', ({ name }) => {
  const file = fileURLToPath(new URL(`./${name}/ten-lines.ts`, import.meta.url))

  it('is short and does what it says', { timeout: 180_000 }, async () => {
    expect(readFileSync(file, 'utf8').trim().split('\n').length).toBeLessThanOrEqual(16)
    laws[name]!(await run(file))
  })
})
