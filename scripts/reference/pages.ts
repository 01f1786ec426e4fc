import { commandsPage } from './commands-page.ts';
import { configurationPage } from './configuration-page.ts';
import { conformancePage } from './conformance-page.ts';
import { databasePage } from './database-page.ts';
import { environmentPage, functionsPage, queuesPage, tablesPage } from './deployed-parts-pages.ts';
import { invariantsPage } from './invariants-page.ts';
import { ledgerPage } from './ledger-page.ts';
import type { ReferencePage } from './markdown.ts';
import { refusalsPage } from './refusals-page.ts';
import { scenariosPage } from './scenarios-page.ts';
import { simulatorPage } from './simulator-page.ts';
import { summaryPage } from './summary-page.ts';

/** Every page of docs/reference, made from the code as it is now. */
export async function referencePages(): Promise<readonly ReferencePage[]> {
  return [
    await commandsPage(),
    configurationPage(),
    conformancePage(),
    await databasePage(),
    environmentPage(),
    functionsPage(),
    invariantsPage(),
    ledgerPage(),
    queuesPage(),
    refusalsPage(),
    scenariosPage(),
    simulatorPage(),
    summaryPage(),
    tablesPage(),
  ];
}
