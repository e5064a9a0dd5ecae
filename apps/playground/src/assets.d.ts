/** What the build makes of files that are no modules. */
declare module '*?raw' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: this is what the build makes
  export default text
}
declare module '*.tex' {
  export const formula: string
}
declare module '*.css'

interface ImportMeta {
  readonly env: { readonly MODE: string }
}
