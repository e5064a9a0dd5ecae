import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { folderStore } from './folder-store.ts'
import { makeFolder } from './make-folder.ts'
import { writeModelFolder } from './write-model-folder.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-make-folder-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('makeFolder', () => {
  it('makes what is missing, and names the topmost of it', async () => {
    expect(await makeFolder(join(home, 'a', 'b', 'c'))).toBe(join(home, 'a'))
    expect(await makeFolder(join(home, 'a', 'd'))).toBe(join(home, 'a', 'd'))
    expect(existsSync(join(home, 'a', 'b', 'c'))).toBe(true)
    for (const there of [home, join(home, 'a'), '/', '.']) expect(await makeFolder(there)).toBe(undefined)
  })

  it('names the topmost to each of several that make the same', async () => {
    const made = await Promise.all([1, 2, 3].map(() => makeFolder(join(home, 'e', 'f', 'g'))))
    expect(made).toContain(join(home, 'e'))
    expect(existsSync(join(home, 'e', 'f', 'g'))).toBe(true)
  })

  it('refuses where a file stands', async () => {
    writeFileSync(join(home, 'file'), '')
    await expect(makeFolder(join(home, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(makeFolder(join(home, 'file', 'x', 'y'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })

  it.runIf(existsSync('/proc/self'))('ends where no folder can be made, as below /proc', async () => {
    await expect(makeFolder('/proc/gen-nowhere/x')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe.runIf(existsSync('/proc/self'))('what writes into folders ends, too, where none can be made', () => {
  const nowhere = '/proc/gen-nowhere/x'

  it('checkpoints', async () => {
    await expect(folderStore(nowhere).save(1, {})).rejects.toMatchObject({ code: 'file' })
  })

  it('models', async () => {
    await expect(writeModelFolder(nowhere, { config: {}, tensors: {}, card: '' })).rejects.toMatchObject({
      code: 'file',
    })
  })
})
