/** What a checkpoint folder must hold: sizes and checksums. @module */
import { createHash } from 'node:crypto'
import { refusal } from '@gen/backend'
import * as v from 'valibot'

/** The manifest's file name. */
export const manifestName = 'manifest.json'

/** A checkpoint's files with their sizes and checksums. */
export interface Manifest {
  format: 1
  step: number
  files: Record<string, { bytes: number; sha256: string }>
}

/** The largest manifest that is read, and so the largest that is written. */
export const maxManifestBytes: number = 2 ** 20

const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const fileSchema = v.object({ bytes: natural, sha256: v.pipe(v.string(), v.regex(/^[\da-f]{64}$/)) })
const manifestSchema = v.object({
  format: v.literal(1),
  step: natural,
  // Not `v.record`: it takes a list for an object, and passes over a file called `constructor`.
  files: v.pipe(
    v.custom<object>((files) => typeof files === 'object' && files !== null && !Array.isArray(files), 'no object'),
    v.transform((files): [string, unknown][] => Object.entries(files)),
    v.array(v.tuple([v.string(), fileSchema])),
    v.transform((files) => Object.fromEntries(files)),
  ),
})

/** The text of the manifest of some files. @throws GenError `value` where there are more than a manifest holds. */
export function manifestBytes(where: string, step: number, files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const described = Object.entries(files).map(([name, data]) => [name, { bytes: data.length, sha256: sha256(data) }])
  const manifest: Manifest = { format: 1, step, files: Object.fromEntries(described) }
  const bytes = new TextEncoder().encode(`${JSON.stringify(manifest, undefined, 2)}\n`)
  if (bytes.length <= maxManifestBytes) return bytes
  const got = `${described.length}, listed in ${bytes.length}`
  throw refusal('value', where, {
    expected: `files that ${maxManifestBytes} bytes can list`,
    got,
    remedy: 'save fewer',
  })
}

/** Parses a manifest's text and checks every file name in it. */
export function parseManifest(where: string, text: string): Manifest {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw refusal('file', where, {
      expected: `${manifestName} to be JSON`,
      got: 'something else',
      remedy: 'the checkpoint is damaged',
      cause,
    })
  }
  const checked = v.safeParse(manifestSchema, parsed)
  if (!checked.success) {
    const [issue] = checked.issues
    throw refusal('file', where, {
      expected: `${manifestName} of format 1`,
      got: `${issue.message} at ${v.getDotPath(issue)}`,
    })
  }
  for (const name of Object.keys(checked.output.files)) assertFileName(where, name)
  return checked.output
}

/** A file's name must stay in its folder on every system: no separators, no leading dot, no device names. */
export function assertFileName(where: string, name: string): void {
  if (
    /^(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))\w[\w.-]{0,127}$/i.test(name) &&
    !name.endsWith('.') &&
    name !== manifestName
  )
    return
  throw refusal('file', where, { expected: 'a plain file name such as model.safetensors', got: JSON.stringify(name) })
}

/** SHA-256 as hexadecimal text. */
export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
