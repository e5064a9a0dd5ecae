/** Where the models of faces are kept, for more than one experiment. @module */
import { mkdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { RowContext } from '../experiment.ts'

/** One folder for all experiments of the same minutes and seed. */
export function modelsFolder({ scratch }: Pick<RowContext, 'scratch'>): string {
  const folder = join(dirname(dirname(scratch)), 'align-models', basename(scratch))
  mkdirSync(folder, { recursive: true })
  return folder
}
