/** The version of this package. @module */
import { readFile } from 'node:fs/promises'
import * as v from 'valibot'

/** As `package.json` has it, which lies one folder above the source and above the build alike. */
export async function version(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  return v.parse(v.object({ version: v.string() }), manifest).version
}
