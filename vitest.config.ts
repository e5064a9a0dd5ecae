import { playwright } from '@vitest/browser-playwright'
import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const source = '@gen/source'
const chromiumArgs = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
]

const backends = ['cpu', 'wasm', 'webgl', 'webgpu'].map((name) => `@tensorflow/tfjs-backend-${name}`)

/** Threads in a browser need a cross-origin isolated page. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

const shared = {
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
}

const config: ViteUserConfig = defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'node',
          include: ['packages/*/src/**/*.test.ts', 'tests/src/**/*.test.ts'],
          exclude: ['**/*.chromium.test.ts'],
          setupFiles: ['tests/setup.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 30_000,
        },
      },
      {
        ...shared,
        server: { headers: isolation },
        // Found while tests run, these would reload the page in the middle.
        optimizeDeps: { include: ['jpeg-js', ...backends] },
        test: {
          name: 'chromium',
          include: ['packages/*/src/**/*.chromium.test.ts', 'tests/src/**/*.chromium.test.ts'],
          setupFiles: ['tests/setup.ts'],
          testTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: chromiumArgs },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})

export default config
