import { afterEach, describe, expect, it, vi } from 'vitest';
import { pointSdkAt } from '../../../../local/embedded/sdk-environment.ts';

const ENDPOINTS = { cloud: 'http://127.0.0.1:1', dynamo: 'http://127.0.0.1:2' };

describe('the environment of the SDK', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('leads to the local cloud and to nobody’s account', () => {
    vi.stubEnv('AWS_PROFILE', 'mine');
    const putBack = pointSdkAt(ENDPOINTS);
    expect(process.env).toMatchObject({
      AWS_ENDPOINT_URL: ENDPOINTS.cloud,
      AWS_ENDPOINT_URL_DYNAMODB: ENDPOINTS.dynamo,
    });
    expect(process.env['AWS_PROFILE']).toBeUndefined();
    putBack();
  });

  it('is put back as it was, so that a later run does not take an ended store for somebody else’s', () => {
    vi.stubEnv('AWS_PROFILE', 'mine');
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', undefined);
    const before = { ...process.env };
    pointSdkAt(ENDPOINTS)();
    expect({ ...process.env }).toEqual(before);
    expect('AWS_ENDPOINT_URL_DYNAMODB' in process.env).toBe(false);
  });
});
