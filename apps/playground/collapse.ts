import { key, useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { lesson } from './src/pages/gan/lesson.ts'
import { initialSettings } from './src/run/fields.ts'
import { fields } from './src/pages/gan/settings.ts'
import { timeline } from './src/trainer/timeline.ts'
await useBackend('simd'); await setThreads(1)
for (const text of process.argv.slice(2)) {
  const settings: any = { ...initialSettings(fields), ...JSON.parse(text) }
  const out = []
  for (const seed of [0, 1]) {
    const line = await timeline(lesson as any, { seed, settings, tape: [] })
    const seen = []
    try { for (let i = 1; i <= 600; i++) { await line.advance(); if (i % 100 === 0) { const { numbers: n } = await line.pictures({ resolution: 8, layers: [] }); seen.push(`${n.modes}(${(100 * n.near).toFixed(0)}%) ${n.distance?.toFixed(2)}`) } } } catch (e: any) { seen.push(e.message.slice(0, 60)) }
    out.push(seen.join(' | ')); await line.dispose()
  }
  console.log(text, '\n  ', out.join('\n   '))
}
