/** Folders of images, as a command reads them. @module */
import { relative } from 'node:path'
import { GenError } from '@gen/backend'
import { type Dataset, imageFolder } from '@gen/data'
import { addressOf, parseAddress } from './data-address.ts'

/** What a command's errors say to pass: flags, where it has them, or options in the name of the data. */
export type Remedies = 'flags' | 'address'

/** Names in a warning, at most. */
const shown = 10

/** Opens a folder by its address; what is left out is said. */
export async function openFolder(address: string, remedies: Remedies): Promise<Dataset> {
  const { path, options } = parseAddress(address)
  const { leaveOut = false, ...reading } = options
  const left: string[] = []
  const noted = { leaveOut: (name: string) => void left.push(relative(path, name)) }
  const found = await imageFolder(path, { ...reading, ...(leaveOut && noted) }).catch((error) => {
    throw GenError.is(error) ? inWordsOf(remedies, address, error) : error
  })
  if (left.length > 0) console.error(warningOf(path, left))
  return found
}

/** The library's options, as they are passed here. */
function inWordsOf(remedies: Remedies, address: string, error: GenError): GenError {
  const ways = [
    { option: 'size', flag: '--size 64', value: { size: 64 } },
    { option: 'leaveOut', flag: '--leave-out', value: { leaveOut: true } },
  ]
  const way = ways.find(({ option }) => error.message.endsWith(`pass ${option}`))
  if (!way) return error
  const word = remedies === 'flags' ? way.flag : `--data '${addressOf(address, way.value)}'`
  const message = `${error.message.slice(0, -way.option.length)}${word}`
  return new GenError(error.code, message, { details: error.details, cause: error })
}

function warningOf(path: string, left: readonly string[]): string {
  const more = left.length > shown ? ` and ${left.length - shown} more` : ''
  const files = left.length === 1 ? 'file' : 'files'
  return `warning  left out ${left.length} ${files} of ${path}: ${left.slice(0, shown).join(', ')}${more}`
}
