import { html, trusted, type Html } from './html.ts';
import { PAGE_STYLE } from './page-style.ts';

/** A whole page around its content that needs nothing else: no script, no request, no font. */
export function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <title>${title} · Fairline</title>
        <link rel="icon" href="data:," />
        <style>
          ${trusted(PAGE_STYLE)}
        </style>
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html> `.markup;
}
