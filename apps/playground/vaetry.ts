// biome-ignore-all lint: scratch
import { useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { serve } from '/tmp/pg/serve.mjs'
import { lesson } from './src/pages/vae/lesson.ts'
import { fields } from './src/pages/vae/settings.ts'
import { initialSettings } from './src/run/fields.ts'
import { timeline } from './src/trainer/timeline.ts'

await useBackend('simd')
await setThreads(1)
const { url, close } = await serve('/work/wt-playground/apps/playground/dist')
for (const text of process.argv.slice(2)) {
  const settings: any = { ...initialSettings(fields), ...JSON.parse(text) }
  const line = await timeline(lesson as any, { seed: 0, settings, tape: [] }, url + '/')
  for (let i = 1; i <= 1200; i++) {
    await line.advance()
    if (i % 400 === 0) {
      const { numbers: n } = await line.pictures({ resolution: 8, layers: [], probe: [0, 0, 0, 0] })
      console.log(
        text,
        i,
        Object.entries(n)
          .map(([k, v]) => k + ' ' + v.toFixed(3))
          .join(' '),
      )
    }
  }
  await line.dispose()
}
close()
