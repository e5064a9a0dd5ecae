import { main } from '/work/main/packages/cli/src/index.ts'
await main(process.argv.slice(2))
