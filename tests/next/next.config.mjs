/** The headers that threads need, as docs/bundlers.md has them. */
const headers = [
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Embedder-Policy', value: 'require-corp' },
]

export default {
  headers: async () => [{ source: '/:path*', headers }],
  turbopack: { root: import.meta.dirname },
}
