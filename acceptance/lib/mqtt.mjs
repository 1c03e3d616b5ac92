// Devices over MQTT with the client that most programs use, and raw connections that keep to no protocol.
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import mqtt from 'mqtt';

const PATIENCE = 10_000;

/** The promise, or an error that says what did not come. */
export function within(promise, what, milliseconds = PATIENCE) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`too late: ${what}`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Asks until there is something to answer. */
export async function until(question, what, milliseconds = PATIENCE) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const answer = await question();
    if (answer) {
      return answer;
    }
    if (Date.now() > deadline) {
      throw new Error(`too late: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A device that was let in; `messages` are those that it has got. */
export async function connectDevice(url, device, key, more = {}) {
  const client = await within(
    mqtt.connectAsync(url, {
      clientId: device.id,
      username: key.key,
      password: key.secret,
      reconnectPeriod: 0,
      connectTimeout: PATIENCE,
      ...more,
    }),
    'CONNACK',
  );
  client.on('error', () => {});
  client.messages = [];
  client.on('message', (topic, payload) => client.messages.push({ topic, text: payload.toString() }));
  return client;
}

/** The code with which a device is refused. */
export async function refusal(url, device, key, more = {}) {
  const outcome = await connectDevice(url, device, key, more).then(
    (client) => client.endAsync(true).then(() => undefined),
    (error) => error.code,
  );
  if (outcome === undefined) {
    throw new Error('was let in');
  }
  return outcome;
}

/** Opens a connection, sends these bytes, and tells whether the server closes it within some time. */
export async function sendRaw(url, bytes, milliseconds = PATIENCE) {
  const { hostname, port } = new URL(url);
  const socket = connectSocket(Number(port), hostname);
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', () => resolve(true)));
  await within(once(socket, 'connect'), 'a connection');
  socket.write(bytes);
  socket.resume();
  try {
    return await within(closed, 'the end of the connection', milliseconds).catch(() => false);
  } finally {
    socket.destroy();
  }
}

/** The events of a stream as they come; `next()` is the next one's data, undefined at the end. */
export async function openStream(server, token, path) {
  const abort = new AbortController();
  const response = await fetch(server.url + path, {
    headers: { Authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  if (!response.ok) {
    return { status: response.status };
  }
  const events = [];
  let ended = false;
  let text = '';
  const decoder = new TextDecoder();
  (async () => {
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = /^data: (.*)$/m.exec(text.slice(0, end));
        if (data) {
          events.push(JSON.parse(data[1]));
        }
        text = text.slice(end + 2);
      }
    }
  })()
    .catch(() => {})
    .finally(() => (ended = true));
  return {
    status: response.status,
    events,
    ended: () => ended,
    close: () => abort.abort(),
  };
}
