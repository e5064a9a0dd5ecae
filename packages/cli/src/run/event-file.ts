/** The event file of a run, for TensorBoard: beside the log, with the same numbers. @module */
import { appendFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { tensorBoardHeader, tensorBoardScalars } from '@gen/io'
import { fileError } from '../file-error.ts'

/** Appends numbers of steps. */
export interface EventFile {
  /** @throws GenError 'file'. */
  append(step: number, scalars: Readonly<Record<string, number>>): Promise<void>
}

const seconds = (): number => Date.now() / 1000

/** Where a run goes on it begins another file, which TensorBoard joins with those of before. */
export function eventFile(command: string, folder: string): EventFile {
  const path = join(folder, `events.out.tfevents.${Math.floor(seconds())}.${hostname()}.${process.pid}.0`)
  let begun = false
  return {
    append: async (step, scalars) => {
      const record = tensorBoardScalars({ time: seconds(), step, scalars })
      const bytes = begun ? record : Buffer.concat([tensorBoardHeader(seconds()), record])
      await appendFile(path, bytes).catch((cause) => {
        throw fileError(command, path, cause)
      })
      begun = true
    },
  }
}

/** Numbers of players by tags: `loss/generator/total`. */
export function tagged(
  word: string,
  values: Readonly<Record<string, number | Readonly<Record<string, number>>>>,
): Record<string, number> {
  const entries = Object.entries(values).flatMap(([player, value]) =>
    typeof value === 'number'
      ? [[`${word}/${player}`, value] as const]
      : Object.entries(value).map(([name, number]) => [`${word}/${player}/${name}`, number] as const),
  )
  return Object.fromEntries(entries)
}
