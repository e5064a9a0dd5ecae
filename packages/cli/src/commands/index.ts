/** All commands of `gen`. @module */
import type { CommandGroup } from '../command.ts'
import { families } from '../families/index.ts'
import { alignCommand } from './align.ts'
import { answerCommand } from './answer.ts'
import { completeCommand } from './complete.ts'
import { convertCommand } from './convert.ts'
import { dataExportCommand } from './data-export.ts'
import { densityCommand } from './density.ts'
import { diagnoseCommand } from './diagnose.ts'
import { editCommand } from './edit.ts'
import { evalCommand } from './eval.ts'
import { mergeCommand } from './merge.ts'
import { sampleCommand } from './sample.ts'
import { trainCommand } from './train.ts'

const train: CommandGroup = {
  name: 'gen train',
  description: 'train a model',
  commands: Object.fromEntries(Object.entries(families).map(([name, family]) => [name, trainCommand(family)])),
}

const data: CommandGroup = {
  name: 'gen data',
  description: 'write data for other programs',
  commands: { export: dataExportCommand },
}

/** The tree of commands. */
export const gen: CommandGroup = {
  name: 'gen',
  description: 'train, sample and measure generative models',
  commands: {
    train,
    sample: sampleCommand,
    complete: completeCommand,
    answer: answerCommand,
    density: densityCommand,
    merge: mergeCommand,
    eval: evalCommand,
    diagnose: diagnoseCommand,
    align: alignCommand,
    edit: editCommand,
    convert: convertCommand,
    data,
  },
}
