/** `gen train`. @module */
import type { CommandGroup } from '../command.ts'
import { families } from '../families/index.ts'
import { trainCommand } from './train.ts'

/** A command for each family. */
export const trainGroup: CommandGroup = {
  name: 'gen train',
  description: 'train a model',
  commands: Object.fromEntries(
    Object.entries(families).map(([name, family]) => {
      const command = trainCommand(family)
      return [name, { description: command.description, load: async () => command }]
    }),
  ),
}
