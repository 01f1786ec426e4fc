import * as z from 'zod';
import { expect, test } from 'vitest';
import { read } from './checkout.ts';

const versions = z.record(z.string(), z.string());
const manifest = z
  .object({ dependencies: versions, devDependencies: versions, optionalDependencies: versions })
  .parse(JSON.parse(read('package.json')));
const lock = z
  .object({ packages: z.record(z.string(), z.object({ resolved: z.string().optional() })) })
  .parse(JSON.parse(read('package-lock.json')));

test('dependencies are pinned to exact versions', () => {
  const pins = Object.values(manifest).flatMap((group) => Object.entries(group));
  expect(pins.length).toBeGreaterThan(10);
  expect(pins.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test('the lock knows no registry but the public one', () => {
  const addresses = Object.values(lock.packages).flatMap(({ resolved }) => resolved ?? []);
  expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
  expect(addresses.filter((address) => !address.startsWith('https://registry.npmjs.org/'))).toEqual(
    [],
  );
});
