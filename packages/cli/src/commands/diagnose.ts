/** `gen diagnose <folder>`. @module */
import { join } from 'node:path'
import { GenError, key } from '@gen/backend'
import { type CommandDef, defineCommand } from 'citty'
import { startBackend } from '../backend.ts'
import { openSplit } from '../dataset.ts'
import type { FamilyDiagnosis } from '../families/family.ts'
import { argumentsOf, choice, type FlagValues, integer, text, valuesOf } from '../flags.ts'
import { openModel } from '../run/open-model.ts'
import { writeOutput } from '../write-output.ts'
import { backendNames } from './train-flags.ts'

const command = 'gen diagnose'

const flags = {
  data: text('', 'what to look at, as for gen train; of named data the test part [the data of the model]', 'name'),
  count: integer(2000, 'how many examples, at most', { min: 2 }),
  seed: integer(0, 'seed of the codes and samples', { min: 0 }),
  backend: choice('auto', backendNames, 'what computes'),
}

/** The command that measures what may be wrong with a model. */
export const diagnoseCommand: CommandDef = defineCommand({
  meta: { name: command, description: 'measure the four problems of a variational autoencoder' },
  args: {
    folder: { type: 'positional', description: 'a model folder, or the folder of a run' },
    ...argumentsOf(flags),
  },
  run: ({ args, rawArgs }) => diagnose(String(args.folder), valuesOf(command, flags, args, rawArgs)),
}) as unknown as CommandDef

async function diagnose(folder: string, values: FlagValues<typeof flags>): Promise<void> {
  await startBackend(values.backend)
  const { model, data: trainedOn, family } = await openModel(command, folder)
  if (!model.diagnose) {
    throw new GenError('config', `${command}: expected a vae model, got one of ${family}; see gen eval`)
  }
  const name = values.data || trainedOn
  if (!name) throw new GenError('config', `${command}: expected --data, got none; pass --data mnist, …`)
  const { dataset } = await openSplit(name, 'test')
  const count = Math.min(values.count, dataset.size)
  const { sheet, ...numbers } = await model.diagnose(dataset, { key: key(values.seed), count })
  console.log(findingsTable(numbers.findings))
  await save(
    join(folder, 'diagnosis.json'),
    `${JSON.stringify({ data: name, seed: values.seed, ...numbers }, null, 2)}\n`,
  )
  if (sheet) await save(join(folder, 'diagnosis.png'), sheet)
}

/** A line for each problem, and a remedy below where there is one. */
export function findingsTable(findings: FamilyDiagnosis['findings']): string {
  const width = Math.max(...findings.map(({ problem }) => problem.length))
  return findings
    .flatMap(({ problem, healthy, message, remedy }) => [
      `${healthy ? 'ok ' : '!  '} ${problem.padEnd(width)}  ${message}`,
      ...(healthy ? [] : [`${' '.repeat(6 + width)}→ ${remedy}`]),
    ])
    .join('\n')
}

async function save(path: string, file: string | Uint8Array): Promise<void> {
  await writeOutput(command, path, file)
  console.log(path)
}
