/** `gen diagnose <folder>`. @module */
import { join } from 'node:path'
import { key, refusal } from '@gen/backend'
import type { DiagnosisPanels } from '@gen/vae/diagnosis'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import { openSplit } from '../dataset.ts'
import type { FamilyDiagnosis } from '../families/family.ts'
import { diagnosisFigure } from '../figure/diagnosis-figure.ts'
import { choice, type FlagValues, integer } from '../flags.ts'
import { openModel } from '../run/open-model.ts'
import { figureFile } from '../run/picture.ts'
import { writeOutput } from '../write-output.ts'
import { dataFlag, modelFolder, pictureScale } from './common-flags.ts'
import { backendNames, largestSeed } from './train-flags.ts'

const command = 'gen diagnose'

const flags = {
  data: dataFlag('what to look at'),
  count: integer(2000, 'how many examples, at most', { min: 2, max: 1_000_000 }),
  scale: pictureScale(0),
  seed: integer(0, 'seed of the codes and samples', { min: 0, max: largestSeed }),
  backend: choice('auto', backendNames, 'what computes'),
}

/** The command that measures what may be wrong with a model. */
export const diagnoseCommand: Command = defineCommand({
  name: command,
  description: 'measure the four problems of a variational autoencoder',
  positionals: [modelFolder],
  flags,
  run: (values, [folder = '']) => diagnose(folder, values),
})

async function diagnose(folder: string, values: FlagValues<typeof flags>): Promise<void> {
  await startBackend(values.backend)
  const { model, data: trainedOn, family } = await openModel(command, folder)
  if (!model.diagnose) {
    throw refusal('config', command, { expected: 'a vae model', got: `one of ${family}`, remedy: 'see gen eval' })
  }
  const name = values.data || trainedOn
  if (!name) throw refusal('config', command, { expected: '--data', got: 'none', remedy: 'pass --data mnist, …' })
  const { dataset } = await openSplit(name, 'test')
  const count = Math.min(values.count, dataset.size)
  const { panels, ...numbers } = await model.diagnose(dataset, { key: key(values.seed), count })
  console.log(findingsTable(numbers.findings))
  await save(
    join(folder, 'diagnosis.json'),
    `${JSON.stringify({ data: name, seed: values.seed, ...numbers }, null, 2)}\n`,
  )
  if (panels) await save(join(folder, 'diagnosis.png'), await diagnosisPicture(panels, numbers.findings, values.scale))
}

async function diagnosisPicture(
  panels: DiagnosisPanels,
  findings: FamilyDiagnosis['findings'],
  scale: number,
): Promise<string | Uint8Array> {
  const figure = diagnosisFigure(panels, { findings: findingsTable(findings).split('\n'), scale })
  panels.dispose()
  return (await figureFile(figure)).file
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
