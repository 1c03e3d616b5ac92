// The whole story of tokens and keys through the public client: everything that the pages for user tokens, application tokens and
// access keys say must hold, holds on every call.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { administrator, startServer } from '../lib/server.mjs';
import { call, clientFor, logIn, refused, signUp } from '../lib/client.mjs';

const HOUR = 3_600_000;
const ID = /^[0-9a-f]{24}$/;

describe(`the story on ${process.env.CLAVIGER_DATABASE_URL ? 'PostgreSQL' : 'SQLite'}`, () => {
  let server;
  let admin;
  let ada;
  let org;
  let application;
  let other;

  before(async () => {
    server = await startServer();
    admin = await logIn(server, administrator.email, administrator.password);
  });

  after(async () => {
    const how = await server?.stop();
    assert.equal(how?.signal ?? null, null, 'the server must end by itself when asked to');
  });

  async function userToken(owner, body) {
    const made = await owner.userApiTokens.post({ apiToken: { name: 'test', ...body } });
    return Object.assign(clientFor(server, made.token), { made });
  }

  async function applicationToken(owner, body = {}) {
    const made = await owner.applicationApiTokens.post({
      applicationId: application.id,
      apiToken: { name: 'test', ...body },
    });
    return Object.assign(clientFor(server, made.token), { made });
  }

  test('wrong passwords and unknown accounts are refused alike', async () => {
    const anonymous = clientFor(server);
    const wrong = await refused(
      401,
      anonymous.auth.authenticateUser({ credentials: { email: administrator.email, password: 'not the password' } }),
    );
    const unknown = await refused(
      401,
      anonymous.auth.authenticateUser({ credentials: { email: 'nobody@example.com', password: 'not the password' } }),
    );
    assert.equal(wrong.message, unknown.message);
    assert.equal(wrong.type, unknown.type);
  });

  test('the command line logs in: no single sign-on, a token that never ends, the domains', async () => {
    const anonymous = clientFor(server);
    assert.ok(!(await anonymous.auth.ssoDomain({ email: administrator.email })));
    const { token } = await anonymous.auth.authenticateUser({
      credentials: {
        ...administrator,
        requestedScopes: ['all.User.cli'],
        tokenTTL: 0,
        twoFactorCode: '',
      },
    });
    const domains = await fetch(`${server.url}/whitelabels/domain`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(domains.status, 200);
    assert.deepEqual(Object.keys(await domains.json()).sort(), ['appUrl', 'endpointDomain']);
    const none = await fetch(`${server.url}/whitelabels/domain`, { headers: { Authorization: 'Bearer x' } });
    assert.equal(none.status, 401);
    await refused(403, clientFor(server, token).orgs.get({}));
  });

  test('an organization gets a member, applications, dashboards and devices', async () => {
    ada = await signUp(server, 'ada@example.com');
    org = await admin.orgs.post({ organization: { name: 'Works' } });
    assert.match(org.id, ID);
    assert.equal(org.orgId, org.id);
    const pending = await admin.org.inviteMember({ orgId: org.id, invite: { email: ada.email, role: 'view' } });
    assert.equal(pending.length, 1);
    const [invite] = await call(server, ada.token, 'GET', '/me/invites');
    await call(server, ada.token, 'POST', `/me/invites/${invite.id}`, { action: 'accept' });
    application = await admin.applications.post({ application: { name: 'Boilers', orgId: org.id } });
    other = await admin.applications.post({ application: { name: 'Pumps', orgId: org.id } });
    assert.equal(application.ownerType, 'organization');
    assert.equal((await ada.application.get({ applicationId: application.id })).name, 'Boilers');
    await refused(
      403,
      ada.application.patch({ applicationId: application.id, application: { name: 'Mine' } }),
    );
  });

  test('a user token: shown once, capped by the member role, switched off and on, deleted (UAT-5, 10, 11, 19, 20)', async () => {
    const token = await userToken(ada, { defaultRole: 'admin', description: 'for the build' });
    assert.equal((await token.application.get({ applicationId: application.id })).id, application.id);
    await refused(403, token.application.patch({ applicationId: application.id, application: { name: 'x' } }));
    const apiTokenId = token.made.id;
    const seen = await ada.userApiToken.get({ apiTokenId });
    assert.equal(seen.token, undefined);
    assert.equal(seen.creatorType, 'user');
    assert.deepEqual(seen.scope, ['all.User']);
    await ada.userApiToken.patch({ apiTokenId, apiToken: { status: 'inactive' } });
    const error = await refused(401, token.me.get({}));
    assert.equal(error.message, 'Invalid access token');
    await ada.userApiToken.patch({ apiTokenId, apiToken: { status: 'active' } });
    await token.me.get({});
    await ada.userApiToken.delete({ apiTokenId });
    await refused(401, token.me.get({}));
  });

  test('what a user token is made with stays: scope and expiration (UAT-15, 16)', async () => {
    const soon = new Date(Date.now() + HOUR).toISOString();
    const token = await userToken(ada, { scope: ['all.User.read'], expirationDate: soon });
    assert.equal(token.made.expirationDate, soon);
    for (const apiToken of [{ scope: ['all.User'] }, { expirationDate: null }, { expirationDate: soon }]) {
      await refused(400, ada.userApiToken.patch({ apiTokenId: token.made.id, apiToken }));
    }
    await refused(400, userToken(ada, { expirationDate: new Date(Date.now() - 1000).toISOString() }));
    await refused(400, userToken(ada, { scope: [] }));
    await refused(400, userToken(ada, { scope: ['all.Nothing'] }));
  });

  test('a token expires by itself (UAT-15)', async () => {
    const token = await userToken(ada, { expirationDate: new Date(Date.now() + 1500).toISOString() });
    await token.me.get({});
    const deadline = Date.now() + 10_000;
    for (;;) {
      try {
        await token.me.get({});
        assert.ok(Date.now() < deadline, 'still accepted long after its end');
        await new Promise((resolve) => setTimeout(resolve, 100));
      } catch (error) {
        assert.equal(error.statusCode, 401);
        break;
      }
    }
    assert.equal((await ada.userApiToken.get({ apiTokenId: token.made.id })).id, token.made.id);
  });

  test('the five scope options (UAT-16, 17)', async () => {
    const read = await userToken(admin, { scope: ['all.User.read'] });
    await read.applications.get({});
    await refused(403, read.applications.post({ application: { name: 'no' } }));
    const bounded = await userToken(admin, { scope: ['all.User.bounded'] });
    const made = await bounded.applications.post({ application: { name: 'by bounded' } });
    await bounded.application.delete({ applicationId: made.id });
    await refused(403, userToken(bounded, {}));
    await refused(403, bounded.org.inviteMember({ orgId: org.id, invite: { email: 'x@example.com', role: 'view' } }));
    await refused(403, bounded.me.patch({ user: { firstName: 'No' } }));
    const custom = await userToken(admin, { scope: ['application.get'] });
    await custom.application.get({ applicationId: application.id });
    await refused(403, custom.applications.get({}));
    const cli = await userToken(admin, { scope: ['all.User.cli'] });
    await cli.applications.get({ filterField: 'name', filter: 'Boil*' });
    await cli.experienceViews.get({ applicationId: application.id });
    await cli.files.get({ applicationId: application.id, type: 'file' });
    await cli.dataTables.get({ applicationId: application.id });
    await refused(403, cli.devices.get({ applicationId: application.id }));
  });

  test('caps: default, organization, application; nearest wins and none hides (UAT-6..13)', async () => {
    const capped = await userToken(admin, { defaultRole: 'view' });
    await capped.application.get({ applicationId: application.id });
    await refused(403, capped.application.patch({ applicationId: application.id, application: { name: 'x' } }));
    const none = await userToken(admin, { defaultRole: 'none' });
    await refused(404, none.application.get({ applicationId: application.id }));
    await refused(404, none.org.get({ orgId: org.id }));
    assert.equal((await none.orgs.get({})).totalCount, 0);
    assert.equal((await none.applications.get({})).totalCount, 0);
    const one = await userToken(admin, {
      defaultRole: 'none',
      orgRoles: [
        { orgId: org.id, role: 'none', applicationRoles: [{ resourceId: application.id, role: 'collaborate' }] },
      ],
    });
    await one.application.patch({ applicationId: application.id, application: { description: 'hot' } });
    await refused(403, one.application.delete({ applicationId: application.id }));
    await refused(404, one.application.get({ applicationId: other.id }));
    const visible = await one.applications.get({});
    assert.deepEqual(visible.items.map((item) => item.id), [application.id]);
    assert.equal(visible.totalCount, 1);
    await admin.userApiToken.patch({ apiTokenId: one.made.id, apiToken: { defaultRole: 'none', orgRoles: [] } });
    await refused(404, one.application.get({ applicationId: application.id }));
    for (const orgRoles of [
      [{ orgId: org.id, role: 'admin', applicationRoles: [{ resourceId: application.id, role: 'view' }] }],
      [{ orgId: org.id, role: 'view' }, { orgId: org.id, role: 'none' }],
      [{ orgId: 'ffffffffffffffffffffffff', role: 'view' }],
      [{ orgId: org.id, role: 'view', applicationRoles: [{ resourceId: org.id, role: 'view' }] }],
    ]) {
      await refused(400, userToken(admin, { orgRoles }));
    }
  });

  test('a capped token cannot raise itself or make a stronger one (UAT-18)', async () => {
    const capped = await userToken(admin, { defaultRole: 'view' });
    await refused(403, userToken(capped, { defaultRole: 'admin' }));
    await refused(
      403,
      capped.userApiToken.patch({ apiTokenId: capped.made.id, apiToken: { defaultRole: 'admin' } }),
    );
    const child = await userToken(capped, { defaultRole: 'view' });
    assert.equal(child.made.creatorType, 'apiToken');
    await refused(403, child.application.patch({ applicationId: application.id, application: { name: 'x' } }));
  });

  test('a change of role takes effect on the very next request (UAT-12)', async () => {
    const token = await userToken(ada, {});
    const member = (role) => admin.org.modifyMember({ orgId: org.id, member: { userId: ada.userId, role } });
    await member('collaborate');
    await token.application.patch({ applicationId: application.id, application: { description: 'warm' } });
    await member('view');
    await refused(403, token.application.patch({ applicationId: application.id, application: { description: 'x' } }));
    await member('none');
    await refused(404, token.application.get({ applicationId: application.id }));
    await member('edit');
    await token.application.get({ applicationId: application.id });
  });

  test('application tokens stay in their application (APT-1..17)', async () => {
    const token = await applicationToken(admin);
    assert.deepEqual(token.made.scope, ['all.Application']);
    assert.equal(token.made.ownerType, 'application');
    await token.application.get({ applicationId: application.id });
    await refused(404, token.application.get({ applicationId: other.id }));
    await refused(403, token.applications.get({}));
    await refused(403, token.me.get({}));
    const second = await applicationToken(token, { scope: ['all.Application.read'] });
    await second.devices.get({ applicationId: application.id });
    await refused(
      403,
      second.devices.post({ applicationId: application.id, device: { name: 'no' } }),
    );
    await refused(
      403,
      applicationToken(second, {}),
    );
    await refused(400, applicationToken(admin, { scope: ['all.User'] }));
    await refused(400, applicationToken(admin, { defaultRole: 'view' }));
    await admin.applicationApiToken.patch({
      applicationId: application.id,
      apiTokenId: second.made.id,
      apiToken: { status: 'inactive' },
    });
    await refused(401, second.devices.get({ applicationId: application.id }));
  });

  test('an application token never exceeds the role of its creator (APT-14)', async () => {
    await admin.org.modifyMember({ orgId: org.id, member: { userId: ada.userId, role: 'collaborate' } });
    const token = await applicationToken(ada, {});
    await token.application.patch({ applicationId: application.id, application: { description: 'ok' } });
    await refused(403, token.application.delete({ applicationId: application.id }));
  });

  describe('access keys', () => {
    let boiler;
    let burner;
    let gateway;
    let system;

    before(async () => {
      const make = (device) => admin.devices.post({ applicationId: application.id, device });
      boiler = await make({ name: 'boiler', tags: [{ key: 'type', value: 'boiler' }] });
      burner = await make({ name: 'burner', tags: [{ key: 'type', value: 'burner' }] });
      gateway = await make({ name: 'gateway', deviceClass: 'gateway' });
      system = await make({ name: 'plant', deviceClass: 'system' });
    });

    const makeKey = (applicationKey) =>
      admin.applicationKeys.post({ applicationId: application.id, applicationKey });
    const logInDevice = (key, deviceId, more = {}) =>
      clientFor(server).auth.authenticateDevice({
        credentials: { deviceId, key: key.key, secret: key.secret, ...more },
      });

    test('key and secret, once (KEY-2..9)', async () => {
      const key = await makeKey({ name: 'all' });
      assert.match(key.key, /^[0-9a-f-]{36}$/);
      assert.match(key.secret, /^[0-9a-f]{64}$/);
      assert.equal(key.status, 'active');
      const seen = await admin.applicationKey.get({ applicationId: application.id, applicationKeyId: key.id });
      assert.equal(seen.secret, undefined);
      const list = await admin.applicationKeys.get({ applicationId: application.id });
      assert.ok(list.items.every((item) => item.secret === undefined));
      for (const applicationKey of [
        { status: 'inactive' },
        { deviceIds: [boiler.id], deviceTags: [{}] },
        { addressFilterType: 'whitelist' },
        { addressFilterType: 'whitelist', addresses: ['300.1.1.1'] },
        { filterType: 'whitelist', pubTopics: ['$SYS/x'], subTopics: [] },
        { filterType: 'whitelist', pubTopics: [`losant/${boiler.id}/state`], subTopics: [] },
        { filterType: 'whitelist', pubTopics: ['a/#/b'], subTopics: [] },
        { deviceIds: ['ffffffffffffffffffffffff'] },
      ]) {
        await refused(400, makeKey(applicationKey));
      }
      await refused(
        400,
        admin.applicationKey.patch({
          applicationId: application.id,
          applicationKeyId: key.id,
          applicationKey: { deviceIds: [boiler.id] },
        }),
      );
    });

    test('only the devices of the query, by their tags of now, and what they reach (KEY-20..27, 44)', async () => {
      const key = await makeKey({ deviceTags: [{ key: 'type', value: 'boiler' }] });
      const session = await logInDevice(key, boiler.id);
      assert.equal(session.deviceClass, 'standalone');
      await refused(401, logInDevice(key, burner.id));
      const device = clientFor(server, session.token);
      const applicationId = application.id;
      assert.equal((await device.device.get({ applicationId, deviceId: boiler.id })).name, 'boiler');
      await refused(404, device.device.get({ applicationId, deviceId: burner.id }));
      assert.deepEqual((await device.devices.get({ applicationId })).items.map((item) => item.id), [boiler.id]);
      await refused(403, device.applicationKeys.get({ applicationId }));
      const tags = (type) =>
        admin.device.patch({ applicationId, deviceId: burner.id, device: { tags: [{ key: 'type', value: type }] } });
      await tags('boiler');
      await device.device.get({ applicationId, deviceId: burner.id });
      await logInDevice(key, burner.id);
      await tags('burner');
      await refused(404, device.device.get({ applicationId, deviceId: burner.id }));
      await refused(401, logInDevice(key, burner.id));
    });

    test('classes that cannot authenticate, and gateways that can (KEY-31)', async () => {
      const key = await makeKey({});
      await refused(401, logInDevice(key, system.id));
      assert.equal((await logInDevice(key, gateway.id)).deviceClass, 'gateway');
    });

    test('addresses, with X-Forwarded-For from a trusted proxy (KEY-50..54)', async () => {
      const key = await makeKey({ addressFilterType: 'whitelist', addresses: ['10.1.0.0/16'] });
      const from = async (address) => {
        const response = await fetch(`${server.url}/auth/device`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', ...(address ? { 'X-Forwarded-For': address } : {}) },
          body: JSON.stringify({ deviceId: boiler.id, key: key.key, secret: key.secret }),
        });
        return response.status;
      };
      assert.equal(await from('10.1.2.3'), 200);
      assert.equal(await from('::ffff:10.1.2.3'), 200);
      assert.equal(await from('8.8.8.8, 10.1.2.3'), 200);
      assert.equal(await from('10.1.2.3, 8.8.8.8'), 401);
      assert.equal(await from('nonsense'), 401);
      assert.equal(await from(undefined), 401);
    });

    test('taking a key back stops its devices at once, and giving it back lets them in (KEY-12, 46)', async () => {
      const key = await makeKey({ deviceIds: [boiler.id] });
      const where = { applicationId: application.id, applicationKeyId: key.id };
      const { token } = await logInDevice(key, boiler.id);
      const device = clientFor(server, token);
      const read = () => device.device.get({ applicationId: application.id, deviceId: boiler.id });
      await read();
      await admin.applicationKey.patch({ ...where, applicationKey: { status: 'inactive' } });
      await refused(401, read());
      await refused(401, logInDevice(key, boiler.id));
      await admin.applicationKey.patch({ ...where, applicationKey: { status: 'active' } });
      await read();
      await admin.applicationKey.delete(where);
      await refused(401, read());
    });

    test('a restricted key whose last device is gone is for nothing (KEY-22)', async () => {
      const doomed = await admin.devices.post({ applicationId: application.id, device: { name: 'doomed' } });
      const key = await makeKey({ deviceIds: [doomed.id] });
      await admin.device.delete({ applicationId: application.id, deviceId: doomed.id });
      await refused(401, logInDevice(key, doomed.id));
      await refused(401, logInDevice(key, boiler.id));
    });

    test('what is not built yet says so to those who may, and to nobody else', async () => {
      const applicationId = application.id;
      await refused(501, admin.flows.get({ applicationId }));
      const custom = await applicationToken(admin, { scope: ['device.get'] });
      await refused(403, custom.flows.get({ applicationId }));
    });
  });

  test('lists: pages, order, globs (WIR-10..13)', async () => {
    for (const name of ['Alpha one', 'alpha two', 'Beta']) {
      await userToken(ada, { name });
    }
    const found = await ada.userApiTokens.get({ filterField: 'name', filter: 'ALPHA *', sortField: 'name' });
    assert.deepEqual(found.items.map((item) => item.name), ['Alpha one', 'alpha two']);
    assert.equal(found.totalCount, 2);
    const page = await ada.userApiTokens.get({ perPage: 1, page: 1, filterField: 'name', filter: 'alpha *' });
    assert.deepEqual(page.items.map((item) => item.name), ['alpha two']);
    const past = await ada.userApiTokens.get({ perPage: 1000, page: 9 });
    assert.deepEqual(past.items, []);
    await refused(400, ada.userApiTokens.get({ perPage: 1001 }));
    await refused(400, ada.userApiTokens.get({ sortField: 'secret' }));
  });

  test('decisions answer as the call itself would', async () => {
    const token = await userToken(ada, { scope: ['application.get'] });
    const ask = async (action, resource) => {
      const response = await fetch(`${server.url}/decisions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ credential: { token: token.made.token }, action, resource }),
      });
      assert.equal(response.status, 200);
      return response.json();
    };
    assert.equal((await ask('application.get', { applicationId: application.id })).allowed, true);
    const scope = await ask('application.delete', { applicationId: application.id });
    assert.deepEqual([scope.allowed, scope.status, scope.reason], [false, 403, 'insufficient_scope']);
    const absent = await ask('application.get', { applicationId: 'ffffffffffffffffffffffff' });
    assert.deepEqual([absent.allowed, absent.status], [false, 404]);
  });

  test('a removed member and everything made with the membership loses the organization (ORG-12)', async () => {
    const token = await userToken(ada, {});
    await token.org.get({ orgId: org.id });
    await admin.org.removeMember({ orgId: org.id, userId: ada.userId });
    await refused(404, token.org.get({ orgId: org.id }));
    await refused(404, token.application.get({ applicationId: application.id }));
    await token.me.get({});
  });

  test('deleting the application takes its tokens along (APT-16)', async () => {
    const token = await applicationToken(admin);
    await token.application.get({ applicationId: application.id });
    await token.application.delete({ applicationId: application.id });
    await refused(401, token.application.get({ applicationId: application.id }));
    await refused(404, admin.application.get({ applicationId: application.id }));
  });

  test('changing the password can end all log-ins, but no token (USR-10, 11)', async () => {
    const token = await userToken(ada, {});
    const { token: fresh } = await ada.me.changePassword({
      data: { password: ada.password, newPassword: 'A-Whole-New-Pass-9', invalidateExistingTokens: true },
    });
    await refused(401, ada.me.get({}));
    await clientFor(server, fresh).me.get({});
    await token.me.get({});
  });

  test('the change log has every change and its chain is whole', async () => {
    const metrics = await (await fetch(`${server.managementUrl}/metrics`)).text();
    assert.match(metrics, /^# TYPE/m);
    const ready = await fetch(`${server.managementUrl}/health/ready`);
    assert.equal(ready.status, 200);
  });
});
