/** Markup that is safe to put into a page as it is. Only `html` and `trusted` make it. */
export type Html = { readonly kind: 'html'; readonly markup: string };

type Part = Html | string | number | null | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function markupOf(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if ('kind' in part) return part.markup;
  return part.map(markupOf).join('');
}

/** A template whose values are escaped unless they are `Html` already; lists are joined, null is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = strings.reduce((text, string, index) => {
    const part = parts[index - 1];
    return text + (part === undefined ? '' : markupOf(part)) + string;
  });
  return { kind: 'html', markup };
}

/** Markup made by a program that escapes its own values (the SVG of a chart, the style sheet). */
export function trusted(markup: string): Html {
  return { kind: 'html', markup };
}
