/** The folder of a run whose user names none. @module */
import { basename, join, resolve } from 'node:path'
import { parseAddress } from '../data-address.ts'

/** `runs/vae-photos-0`: the family, the last name in the data's path, and the seed. */
export function runName(family: string, data: string, seed: number): string {
  const name = basename(resolve(parseAddress(data).path))
  return join('runs', `${family}-${name.replace(/[^\p{L}\p{N}_.-]+/gu, '-')}-${seed}`)
}
