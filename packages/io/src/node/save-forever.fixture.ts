/** Saves checkpoints until it is killed, some of them twice; says so after the first. @module */
import { folderStore } from './folder-store.ts'

const store = folderStore(process.argv[2] as string)
for (let step = 0; ; step++) {
  const files = { data: new Uint8Array(200_000).fill(step % 251), more: new Uint8Array(10) }
  await store.save(step, files)
  if (step % 3 === 0) await store.save(step, files)
  if (step === 0) process.stdout.write('saved\n')
  if (step >= 5) await store.remove(step - 5)
}
