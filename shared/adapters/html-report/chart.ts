import * as vega from 'vega';
import { compile, type Config as ChartConfig, type TopLevelSpec } from 'vega-lite';
import { html, trusted, type Html } from './html.ts';

declare module 'vega' {
  /** How vega measures text; exported by the package and missing in its types. */
  export const textMetrics: {
    width: (
      item: { readonly fontSize?: number; readonly text?: string | number },
      text?: string | number,
    ) => number;
  };
}

// Without a canvas vega takes each letter for 0.8 em, half as wide again as it is, and cuts labels that fit.
vega.textMetrics.width = (item, text) =>
  textWidth(String(text ?? item.text ?? ''), item.fontSize ?? 11);

/** About the width of a text in pixels in a sans-serif face: letters by three widths, measured on Open Sans. */
function textWidth(text: string, fontSize: number): number {
  let em = 0;
  for (const letter of text)
    em += /[ .,:;'|!()ijlt]/.test(letter) ? 0.32 : /[A-Zmw%@+−]/.test(letter) ? 0.74 : 0.57;
  return em * fontSize;
}

/** Colours are CSS variables of the page, so that one chart serves light, dark and print. */
export const INK = 'var(--ink)';
export const MUTED = 'var(--muted)';
export const RULE = 'var(--rule)';
export const OURS = 'var(--ours)';
export const THEIRS = 'var(--theirs)';
export const GAIN = 'var(--gain)';
export const LOSS = 'var(--loss)';

const CONFIG: ChartConfig = {
  aria: false,
  background: 'transparent',
  font: 'inherit',
  padding: { left: 4, right: 12, top: 6, bottom: 4 },
  view: { stroke: null },
  axis: {
    domainColor: RULE,
    gridColor: RULE,
    gridOpacity: 0.6,
    labelColor: MUTED,
    labelFontSize: 12,
    tickColor: RULE,
    titleColor: MUTED,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
  },
  legend: {
    labelColor: INK,
    labelFontSize: 12,
    orient: 'top',
    title: null,
    symbolStrokeWidth: 2,
    offset: 12,
  },
  text: { color: INK, fontSize: 12 },
};

/** A chart as a function of the width of its plot area in pixels. */
export type Chart = (width: number) => TopLevelSpec;

async function renderSvg(spec: TopLevelSpec, id: string): Promise<string> {
  const runtime = vega.parse(compile(spec, { config: CONFIG }).spec);
  const view = new vega.View(runtime, { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    // Clip paths are numbered from zero in each drawing; in one page their names must differ.
    return svg.replace(/(id="|url\(#)(clip|gradient)/g, `$1${id}-$2`);
  } finally {
    view.finalize();
  }
}

/** Total widths for which a chart is drawn: a phone, half a page, a page. */
const NARROW = 318;
const WIDTHS = { half: 470, full: 1_010 } as const;

/**
 * A figure with its title and what to see in it. It is drawn twice, for a wide window and for a phone, because text
 * in a drawing that is scaled down cannot be read.
 */
export async function figure({
  id,
  title,
  caption,
  chart,
  size,
}: {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly chart: Chart;
  readonly size: 'half' | 'full';
}): Promise<Html> {
  const wide = await renderSvg(chart(WIDTHS[size]), `${id}-w`);
  const narrow = await renderSvg(chart(NARROW), `${id}-n`);
  return html`<figure class="${size}" id="${id}">
    <h3>${title}</h3>
    <p class="caption">${caption}</p>
    <div class="wide" role="img" aria-label="${title}">${trusted(wide)}</div>
    <div class="narrow" role="img" aria-label="${title}">${trusted(narrow)}</div>
  </figure>`;
}
