// The public client, unmodified, and what tests expect of its failures.
import assert from 'node:assert/strict';
import losant from 'losant-rest';

/** A client of the public library for a server, with a token or without. */
export function clientFor(server, accessToken) {
  return losant.createClient({ url: server.url, accessToken });
}

/** A call must fail with this status; returns the error. */
export async function refused(status, call) {
  try {
    await call;
  } catch (error) {
    assert.equal(error.statusCode, status, `${error.statusCode} ${error.type}: ${error.message}`);
    return error;
  }
  assert.fail(`expected ${status}, but the call was answered`);
}

/** Logs in and returns a client. */
export async function logIn(server, email, password) {
  const { token } = await clientFor(server).auth.authenticateUser({ credentials: { email, password } });
  return clientFor(server, token);
}

/** Makes an account by signing up and returns a client for it. */
export async function signUp(server, email, password = 'Another-Fine-Pass-1') {
  const response = await fetch(`${server.url}/users`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password, firstName: email.split('@')[0], lastName: 'Example' }),
  });
  const body = await response.json();
  assert.equal(response.status, 201, JSON.stringify(body));
  return Object.assign(clientFor(server, body.token), { userId: body.userId, token: body.token, email, password });
}

/** A call that the public client does not have; must be answered with 2xx. */
export async function call(server, token, method, path, body) {
  const response = await fetch(server.url + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}
