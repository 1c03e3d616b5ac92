// An organization with a personal access token, and plain calls of its SCIM interface.
import { call } from './client.mjs';

/** Makes an organization; `session` is that of its administrator. Answers its id and a token with every scope. */
export async function newTenant(server, session, name) {
  const { orgId } = await call(server, session, 'POST', '/orgs', { name });
  const newToken = async (...scopes) =>
    (await call(server, session, 'POST', `/orgs/${orgId}/personalAccessTokens`, { name: 'provisioning', scopes })).token;
  return { orgId, newToken, token: await newToken('um:read', 'um:write', 'um:bulk') };
}

/** Asks SCIM; answers status and body, whatever they are. */
export async function scim(server, token, method, path, body) {
  const response = await fetch(`${server.url}/scim/v2${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text), headers: response.headers };
}
