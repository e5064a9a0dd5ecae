/** What a model of text expects next, as bars. @module */
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

/** Answers as the experiment `tokens` keeps them, `whale 18.2 %, was 2.6 %`; what goes on with the last word begins with a hyphen. */
function answersOf(text: string, beginning: string): { word: string; percent: number }[] {
  return [...text.matchAll(/(?:^|, )(.+?) ([\d.]+) %/g)].map(([, answer = '', percent]) => ({
    word: /\s$/.test(beginning) || answer.startsWith(' ') ? answer.trim() : `-${answer}`,
    percent: Number(percent),
  }))
}

/** The most probable next words after each beginning, side by side. */
export async function nextWordsPlot(nextWords: Readonly<Record<string, string>>): Promise<string> {
  const y = {
    ...{ field: 'word', type: 'nominal' as const, sort: null, title: null },
    axis: { domain: false, ticks: false, labelFontSize: 13, labelFont: 'monospace' },
  }
  const x = { field: 'percent', type: 'quantitative' as const, title: null, axis: null, scale: { domain: [0, 45] } }
  const panel = (beginning: string) => ({
    ...{ width: 170, height: 120, title: `${beginning.trim()} …` },
    data: {
      values: answersOf(nextWords[beginning]!, beginning).map((each) => ({ ...each, label: `${each.percent} %` })),
    },
    encoding: { x, y },
    layer: [
      { mark: { type: 'bar', color: '#4c78a8', height: 14 } },
      {
        mark: { type: 'text', align: 'left', dx: 4, color: '#555' },
        encoding: { text: { field: 'label', type: 'nominal' } },
      },
    ],
  })
  const spec = {
    ...{ $schema: 'https://vega.github.io/schema/vega-lite/v6.json', background: 'white', padding: 12 },
    config: { aria: false, view: { stroke: null }, title: { fontSize: 14, fontWeight: 'bold', anchor: 'start' } },
    hconcat: ['the white ', 'the harpoon', 'thou art but a fool, '].map(panel),
  } as TopLevelSpec
  return await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()
}
