// Filters and patches at random, answered by the server and by libraries from npm: both must agree. SEED=n runs a failure again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { clientFor } from '../lib/client.mjs';
import {
  afterPatch, attributesOf, comparable, CORE, ENTERPRISE, filterCorrections, patchCorrections, seeded, selected,
} from '../lib/oracle.mjs';
import { newTenant, scim } from '../lib/scim.mjs';
import { administrator, startServer } from '../lib/server.mjs';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const USERS = 60;
const FILTERS = 600;
const PATCHES = 300;
const TEXTS = ['ada', 'Ada', 'ADA', 'grace', 'Grace Hopper', 'o\'Malley', 'a "quoted" one', 'Zoë', '日本', 'x', 'ab', 'b c', '50%', 'a_b'];
const TYPES = ['work', 'home', 'other', 'Work'];
// The library's brackets in a path regard case, unlike the RFC; that ours do not is tried with the filters.
const SMALL_TYPES = ['work', 'home', 'other'];
const SINGLES = ['title', 'nickName', 'displayName', 'userType', 'locale', 'preferredLanguage'];
const NAMES = ['familyName', 'middleName', 'honorificPrefix'];
const EXTRAS = ['department', 'costCenter', 'division'];

let server;
let tenant;
let known;

before(async () => {
  console.log(`SEED=${SEED}`);
  server = await startServer();
  const { token } = await clientFor(server).auth.authenticateUser({ credentials: administrator });
  tenant = await newTenant(server, token, 'Oracle');
  known = attributesOf((await ask('GET', '/Schemas')).Resources);
});

after(() => server?.stop());

async function ask(method, path, body) {
  const answer = await scim(server, tenant.token, method, path, body);
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

function email(random, user, number, types) {
  const value = { value: `${random.pick(['ada', 'Bob', 'eve'])}${number}.${user}@${random.pick(['example.com', 'Example.ORG'])}` };
  if (!random.once(4)) {
    value.type = random.pick(types);
  }
  if (random.once(3)) {
    value.display = random.pick(TEXTS);
  }
  return value;
}

function newUser(random, i, types) {
  const user = { schemas: [CORE, ENTERPRISE], userName: `${random.pick(['ada', 'Bob', 'eve'])}.${i}@oracle.example`, active: !random.once(4) };
  if (random.once(2)) {
    user.externalId = `${random.pick(['X', 'x', 'Ada'])}-${random.below(40)}`;
  }
  SINGLES.filter(() => random.once(2)).forEach((name) => (user[name] = random.pick(TEXTS)));
  user.name = { givenName: random.pick(TEXTS) };
  NAMES.filter(() => random.once(2)).forEach((name) => (user.name[name] = random.pick(TEXTS)));
  const emails = Array.from({ length: random.below(4) }, (_, number) => email(random, i, number, types));
  if (emails.length > 0) {
    if (random.once(2)) {
      random.pick(emails).primary = true;
    }
    user.emails = emails;
  }
  if (random.once(2)) {
    user[ENTERPRISE] = Object.fromEntries(EXTRAS.filter(() => random.once(2)).map((name) => [name, random.pick(TEXTS)]));
  }
  return user;
}

async function newUsers(random, count, first, types) {
  const users = Array.from({ length: count }, (_, i) => newUser(random, first + i, types));
  const { Operations } = await ask('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: users.map((data, i) => ({ method: 'POST', path: '/Users', bulkId: `b${i}`, data })),
  });
  Operations.forEach((operation) => assert.equal(operation.status, '201', JSON.stringify(operation)));
}

const quoted = (text) => JSON.stringify(text);

/** A test on one attribute. */
function leaf(random, users) {
  const [path, values] = random.pick([
    ...SINGLES.map((name) => [name, TEXTS]),
    ...NAMES.map((name) => [`name.${name}`, TEXTS]),
    ...EXTRAS.map((name) => [`${ENTERPRISE}:${name}`, TEXTS]),
    ['name.givenName', TEXTS],
    [`${CORE}:userName`, users.map((user) => user.userName)],
    ['userName', users.map((user) => user.userName)],
    ['UserName', ['ada', 'bob', 'EVE', '.1', '@ORACLE.example', 'e.2']],
    ['externalId', users.flatMap((user) => user.externalId ?? [])],
    ['externalId', ['x', 'X', 'Ada-', '1']],
    ['id', users.map((user) => user.id)],
    ['emails', users.flatMap((user) => (user.emails ?? []).map((value) => value.value))],
    ['emails.value', ['ada', 'BOB', 'example.com', '.example', '0.']],
    ['emails.type', TYPES],
    ['emails.display', TEXTS],
    ['meta.created', users.map((user) => user.meta.created)],
    ['meta.lastModified', users.map((user) => user.meta.lastModified)],
    ['active', [true, false]],
  ]);
  if (random.once(6)) {
    return `${path} pr`;
  }
  const value = random.pick(values);
  if (random.once(10) && path !== 'meta.created' && path !== 'meta.lastModified') {
    return `${path} ${random.pick(['eq', 'ne'])} null`;
  }
  const ordered = path.startsWith('meta.') ? ['gt', 'ge', 'lt', 'le'] : ['co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'];
  const operator = random.pick(typeof value === 'boolean' ? ['eq', 'ne'] : ['eq', 'eq', 'ne', ...ordered]);
  return `${path} ${random.once(5) ? operator.toUpperCase() : operator} ${quoted(value)}`;
}

function inBrackets(random, users, depth) {
  if (depth > 0 && random.once(2)) {
    return `${inBrackets(random, users, depth - 1)} ${random.pick(['and', 'or'])} ${inBrackets(random, users, depth - 1)}`;
  }
  if (random.once(6)) {
    return `not (${inBrackets(random, users, 0)})`;
  }
  const path = random.pick(['type', 'value', 'display', 'primary']);
  if (path === 'primary') {
    return random.pick(['primary eq true', 'primary eq false', 'primary pr']);
  }
  const values = { type: TYPES, display: TEXTS, value: ['ada', 'BOB', 'example.com', '0.', '@'] }[path];
  return random.once(5) ? `${path} pr` : `${path} ${random.pick(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'le'])} ${quoted(random.pick(values))}`;
}

function randomFilter(random, users, depth) {
  if (depth > 0 && random.once(2)) {
    const [left, right] = [randomFilter(random, users, depth - 1), randomFilter(random, users, depth - 1)];
    return random.pick([`${left} and ${right}`, `${left} or ${right}`, `(${left}) and (${right})`, `(${left} or ${right})`, `not (${left})`]);
  }
  return random.once(4) ? `emails[${inBrackets(random, users, 2)}]` : leaf(random, users);
}

function noteNeeded(filter, users, needed) {
  const expected = selected(filter, users, known).join();
  filterCorrections
    .filter(({ name }) => selected(filter, users, known, name).join() !== expected)
    .forEach(({ name }) => needed.add(name));
}

test('filters select the same users', async () => {
  const random = seeded(SEED);
  await newUsers(random, USERS, 0, TYPES);
  const users = (await ask('GET', '/Users?count=1000')).Resources;
  assert.equal(users.length, USERS + 1);
  const needed = new Set();
  let some = 0;
  for (let i = 0; i < FILTERS; i++) {
    const filter = randomFilter(random, users, 3);
    const { status, body: found } = await scim(server, tenant.token, 'POST', '/Users/.search', { filter, count: 1000, attributes: ['id'] });
    assert.equal(status, 200, `SEED=${SEED} filter ${i}: ${filter}: ${JSON.stringify(found)}\n${server.output.slice(-6000)}`);
    const expected = selected(filter, users, known);
    assert.deepEqual(found.Resources.map((user) => user.id).sort(), expected, `SEED=${SEED} filter ${i}: ${filter}`);
    assert.equal(found.totalResults, expected.length, `SEED=${SEED} filter ${i}: ${filter}`);
    some += expected.length > 0 && expected.length < users.length ? 1 : 0;
    noteNeeded(filter, users, needed);
  }
  // What is needed seldom may need more filters to show up; the libraries alone answer them.
  for (let i = 0; needed.size < filterCorrections.length && i < FILTERS * 20; i++) {
    noteNeeded(randomFilter(random, users, 3), users, needed);
  }
  assert.ok(some > FILTERS / 3, `only ${some} of ${FILTERS} filters tell users apart`);
  assert.deepEqual([...needed].sort(), filterCorrections.map(({ name }) => name).sort(), 'a correction that nothing needs');
});

/** One operation; of a kind that the RFC leaves no doubt about. */
function operation(random, user, number) {
  const single = random.pick([...SINGLES, ...NAMES.map((name) => `name.${name}`), 'name.givenName', ...EXTRAS.map((name) => `${ENTERPRISE}:${name}`)]);
  const address = () => email(random, user, `n${number}`, SMALL_TYPES);
  const type = random.pick(SMALL_TYPES);
  const existing = random.pick(['add', 'replace']);
  return random.pick([
    () => ({ op: existing, path: single, value: random.pick(TEXTS) }),
    () => ({ op: existing, path: `${CORE}:title`, value: random.pick(TEXTS) }),
    () => ({ op: 'remove', path: single === 'name.givenName' ? 'title' : single }),
    () => ({ op: existing, path: 'name', value: { [random.pick(NAMES)]: random.pick(TEXTS) } }),
    () => ({ op: existing, path: 'active', value: random.once(2) }),
    () => ({ op: existing, value: { title: random.pick(TEXTS), name: { familyName: random.pick(TEXTS) } } }),
    () => ({ op: existing, value: { emails: [address()] } }),
    () => ({ op: 'add', path: 'emails', value: [address()] }),
    () => ({ op: 'add', path: 'emails', value: [{ ...address(), primary: true }] }),
    () => ({ op: 'add', path: 'emails', value: { value: `twice.${user}@example.com`, type, display: random.pick(TEXTS) } }),
    () => ({ op: 'replace', path: 'emails', value: [address(), { ...address(), value: `second.n${number}.${user}@example.com` }] }),
    () => ({ op: 'remove', path: 'emails' }),
    () => ({ op: 'remove', path: `emails[type eq "${type}"]` }),
    () => ({ op: 'remove', path: `emails[type eq "${type}"].display` }),
    () => ({ op: 'replace', path: `emails[type eq "${type}"].display`, value: random.pick(TEXTS) }),
    () => ({ op: 'replace', path: `emails[value sw "second."].primary`, value: true }),
    () => ({ op: 'add', path: `emails[type eq "${type}"].display`, value: random.pick(TEXTS) }),
    () => ({ op: 'replace', path: `emails[value sw "second."]`, value: { value: `second.again.${user}@example.com`, type } }),
    () => ({ op: 'remove', path: ENTERPRISE }),
  ])();
}

async function outcome(make) {
  try {
    return comparable(await make());
  } catch {
    return 'refused';
  }
}

const CORRECTIONS = [...patchCorrections.map(({ name }) => name), 'primary'];

async function noteNeededFor(user, operations, needed) {
  const expected = JSON.stringify(await outcome(() => afterPatch(user, operations)));
  for (const name of CORRECTIONS) {
    if (JSON.stringify(await outcome(() => afterPatch(user, operations, name))) !== expected) {
      needed.add(name);
    }
  }
}

test('patches make the same user', async () => {
  const random = seeded(SEED + 1);
  await newUsers(random, 10, 1000, SMALL_TYPES);
  const ids = (await ask('GET', `/Users?count=1000&filter=${encodeURIComponent('userName co "@oracle.example"')}`)).Resources
    .filter((user) => Number(/\d+/.exec(user.userName)[0]) >= 1000)
    .map((user) => user.id);
  assert.equal(ids.length, 10);
  const needed = new Set();
  let done = 0;
  for (let i = 0; i < PATCHES; i++) {
    const id = random.pick(ids);
    const user = await ask('GET', `/Users/${id}`);
    const Operations = Array.from({ length: 1 + random.below(3) }, (_, number) => operation(random, id.slice(-6), `${i}.${number}`));
    const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations };
    const told = `SEED=${SEED + 1} patch ${i}: ${JSON.stringify(Operations)} on ${JSON.stringify(comparable(user))}`;
    const answer = await scim(server, tenant.token, 'PATCH', `/Users/${id}`, body);
    assert.ok(answer.status === 200 || answer.status === 400, `${told}: ${answer.status} ${JSON.stringify(answer.body)}`);
    const actual = answer.status === 200 ? comparable(answer.body) : 'refused';
    const expected = await outcome(() => afterPatch(user, Operations));
    assert.deepEqual(actual, expected, `${told}: ${JSON.stringify(answer.body)}`);
    const now = await ask('GET', `/Users/${id}`);
    assert.deepEqual(comparable(now), answer.status === 200 ? actual : comparable(user), `${told}: nothing half done`);
    done += answer.status === 200 ? 1 : 0;
    await noteNeededFor(user, Operations, needed);
  }
  for (let i = 0; needed.size < CORRECTIONS.length && i < PATCHES * 20; i++) {
    const Operations = Array.from({ length: 5 }, (_, number) => operation(random, 'alone', `${i}.${number}`));
    await noteNeededFor(newUser(random, i, SMALL_TYPES), Operations, needed);
  }
  assert.ok(done > PATCHES / 2, `only ${done} of ${PATCHES} patches were done`);
  assert.deepEqual([...needed].sort(), [...CORRECTIONS].sort(), 'a correction that nothing needs');
});
