// How long an identity system waits in a directory of 10,000: node benchmarks/scim.mjs, alone for SQLite, or with
// `node acceptance/lib/with-postgres.mjs` before it for PostgreSQL. Medians over one connection, with everything that a request does.
import { performance } from 'node:perf_hooks';
import { clientFor } from '../acceptance/lib/client.mjs';
import { newTenant, scim } from '../acceptance/lib/scim.mjs';
import { administrator, startServer } from '../acceptance/lib/server.mjs';

const PEOPLE = Number(process.env.PEOPLE ?? 10_000);
const AT_A_TIME = 1_000;
const ROUNDS = Number(process.env.ROUNDS ?? 60);
// More than an organization has by default.
const server = await startServer({ CLAVIGER_LIMIT_MEMBERS: String(PEOPLE + 100) });
try {
  const { token } = await clientFor(server).auth.authenticateUser({ credentials: administrator });
  const tenant = await newTenant(server, token, 'Timings');
  for (let from = 0; from < PEOPLE; from += AT_A_TIME) {
    const start = performance.now();
    const { status, body } = await scim(server, tenant.token, 'POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: Array.from({ length: AT_A_TIME }, (_, i) => ({
        method: 'POST',
        path: '/Users',
        bulkId: `b${i}`,
        data: {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
          userName: `u${from + i}@example.com`,
          externalId: `x${from + i}`,
          name: { givenName: 'Given', familyName: `Family ${(from + i) % 97}` },
          emails: [{ value: `u${from + i}@example.com`, type: 'work', primary: true }],
          roles: [{ value: 'view' }],
        },
      })),
    });
    if (status !== 200 || body.Operations.some((operation) => operation.status !== '201')) {
      throw new Error(`${status} ${JSON.stringify(body).slice(0, 500)}`);
    }
    if (from === 0 || from + AT_A_TIME >= PEOPLE) {
      console.log(`bulk of ${AT_A_TIME} after ${from}: ${Math.round(performance.now() - start)} ms`);
    }
  }
  const middle = Math.floor(PEOPLE / 2);
  for (const [name, query] of [
    ['userName eq', `filter=userName eq "u${middle}@example.com"`],
    ['externalId eq', `filter=externalId eq "x${middle}"`],
    ['userName sw, 100 of many', `filter=userName sw "u4"&count=100`],
    ['first page of 100', 'count=100'],
    ['page of 100 in the middle', `startIndex=${middle}&count=100`],
    ['last page of 100 by userName', `startIndex=${PEOPLE - 99}&count=100&sortBy=userName`],
    ['name.familyName eq, one by one', 'filter=name.familyName eq "family 7"&count=100'],
  ]) {
    const path = `/Users?${query.replace(/(filter=)([^&]*)/, (_, key, value) => key + encodeURIComponent(value))}`;
    const millis = [];
    let found = 0;
    for (let i = 0; i < ROUNDS; i++) {
      const start = performance.now();
      const { status, body } = await scim(server, tenant.token, 'GET', path);
      millis.push(performance.now() - start);
      if (status !== 200) {
        throw new Error(`${path}: ${status}`);
      }
      found = body.totalResults;
    }
    millis.sort((one, other) => one - other);
    const at = (part) => millis[Math.min(ROUNDS - 1, Math.floor(ROUNDS * part))].toFixed(1);
    console.log(`${name}: ${at(0.5)} ms, p95 ${at(0.95)} ms, ${found} found`);
  }
} finally {
  await server.stop();
}
