/** What fixtures/pytorch/run.py wrote, and where files are kept for it. @module */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const fixtures = new URL('../../../../fixtures/pytorch/', import.meta.url)

/** The path of a kept file of a model. */
export function keptFile(name: string, file: string): string {
  return fileURLToPath(new URL(`${name}/${file}`, fixtures))
}

/** What PyTorch gave: results by the name of the part that was called, and losses. */
export interface PytorchNumbers {
  readonly outputs: Record<string, number[]>
  readonly losses: number[]
  /** Of a network that sees its own first estimate. */
  readonly glanced?: number[]
  readonly alphas: number[]
  /** Share of the rows of which nothing is told. */
  readonly forgotten?: number
}
export const pytorchNumbers = JSON.parse(readFileSync(new URL('outputs.json', fixtures), 'utf8')) as Record<
  string,
  PytorchNumbers
>
