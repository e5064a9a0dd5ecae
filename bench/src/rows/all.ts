/** All rows, and how they are chosen. @module */
import type { Row } from '../row.ts'
import { convVaeStep } from '../steps/conv-vae.ts'
import { dcganStep } from '../steps/dcgan.ts'
import { flowSteps } from '../steps/flow.ts'
import { mlpVaeStep } from '../steps/mlp-vae.ts'
import { samplingRow } from '../steps/sampling.ts'
import { unetStep } from '../steps/unet.ts'
import { zukoFlowRows } from '../steps/zuko-flow.ts'
import { adamRows } from './adam.ts'
import { attentionRows } from './attention.ts'
import { convolutionRows } from './convolution.ts'
import { groupNormRows } from './group-norm.ts'
import { linearAlgebraRows } from './linear-algebra.ts'
import { matmulRows } from './matmul.ts'

const rows: readonly Row[] = [
  ...matmulRows,
  ...convolutionRows,
  ...groupNormRows,
  ...attentionRows,
  ...adamRows,
  ...linearAlgebraRows,
  unetStep,
  samplingRow,
  mlpVaeStep,
  convVaeStep,
  dcganStep,
  ...flowSteps,
  ...zukoFlowRows,
]

/** The rows of these groups or whose id contains one of the words; all where there is none. */
export function chooseRows(words: readonly string[]): readonly Row[] {
  const unknown = words.find((word) => !rows.some((row) => fits(row, word)))
  if (unknown !== undefined) {
    throw new Error(`no row is called ${unknown}; there are ops, steps, ${rows.map(({ id }) => id).join(', ')}`)
  }
  return rows.filter((row) => words.length === 0 || words.some((word) => fits(row, word)))
}

function fits({ id, group }: Row, word: string): boolean {
  return group === word || id.includes(word)
}
