import { playwright } from '@vitest/browser-playwright'
import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig, type TestProjectConfiguration, type ViteUserConfig } from 'vitest/config'

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

/** Tests in Chromium, on pages with these headers. */
function chromium(name: string, headers: Record<string, string>, include: string[]): TestProjectConfiguration {
  return {
    ...shared,
    server: { headers },
    // Found while tests run, these would reload the page in the middle.
    optimizeDeps: { include: backends },
    test: {
      name,
      include,
      setupFiles: ['tests/setup.ts'],
      testTimeout: 120_000,
      provide: { isolated: 'Cross-Origin-Opener-Policy' in headers },
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
  }
}

/** Laws that hold on any page: every kernel of the simd backend against cpu's, with threads where the page allows them. */
const simdLaws = ['packages/backend-simd/src/kernels/*.test.ts', 'packages/backend-simd/src/page.chromium.test.ts']
const inChromium = ['packages/*/src/**/*.chromium.test.ts', 'tests/src/**/*.chromium.test.ts']

const config: ViteUserConfig = defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'node',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'bench/src/**/*.test.ts',
            'experiments/src/**/*.test.ts',
            'tests/src/**/*.test.ts',
          ],
          exclude: ['**/*.chromium.test.ts'],
          setupFiles: ['tests/setup.ts'],
          pool: 'forks',
          maxWorkers: 2,
          // Tests take seconds; ended by this are those that hang, however busy the machine is.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      chromium('chromium', isolation, [...inChromium, ...simdLaws]),
      chromium('chromium-plain', {}, simdLaws),
    ],
  },
})

export default config
