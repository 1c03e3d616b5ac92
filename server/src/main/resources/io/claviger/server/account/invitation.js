// Takes the link out of the address bar at once, shows what it is about, and answers when a button is pressed.
const link = new URLSearchParams(location.hash.slice(1));
history.replaceState(null, '', location.pathname);

const form = document.querySelector('form');
const account = document.getElementById('account');
const state = document.getElementById('state');
const token = link.get('token');
const email = link.get('email');

/** The answer to a request; an error with its message where it was refused. */
async function call(path, body) {
  const response = await fetch(path, body && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) {
    throw Object.assign(new Error(answer.message), { status: response.status });
  }
  return answer;
}

/** Does something of which the person is told the outcome. */
async function telling(work) {
  for (const button of form.querySelectorAll('button')) button.disabled = true;
  state.textContent = '';
  try {
    state.textContent = await work();
  } catch (problem) {
    state.textContent = problem.status ? `That did not work: ${problem.message}.` : 'The server does not answer. Try again.';
  }
  for (const button of form.querySelectorAll('button')) button.disabled = false;
}

async function show() {
  if (!token || !email) {
    return 'This link is not complete. Open it from the message, or copy all of it.';
  }
  const invitation = await call(`../invites?${new URLSearchParams({ token, email })}`);
  document.getElementById('email').textContent = invitation.email;
  document.getElementById('organization').textContent = invitation.orgName;
  document.getElementById('role').textContent = invitation.role;
  form.hidden = false;
  return '';
}

async function answer(accept) {
  await call('../invites', { email, token, accept });
  form.hidden = true;
}

async function accept() {
  let verify = false;
  if (!account.disabled) {
    const text = (name) => document.getElementById(name).value;
    const person = { firstName: text('firstName'), lastName: text('lastName'), password: text('password') };
    verify = (await call('../users', { email, ...person })).needsToVerifyEmail;
    // It is there now, whatever becomes of the rest.
    account.hidden = account.disabled = true;
  }
  try {
    await answer(true);
  } catch (problem) {
    if (!problem.message.startsWith('email has no account yet')) throw problem;
    account.hidden = account.disabled = false;
    document.getElementById('firstName').focus();
    return 'There is no account with this address yet. Fill in the fields to make one.';
  }
  return verify
    ? 'You are a member now. Open the link in the message that was sent to verify your address, and log in.'
    : 'You are a member now, and can log in.';
}

async function reject() {
  await answer(false);
  return 'The invitation is rejected. You can close this page.';
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  telling(accept);
});
document.getElementById('reject').addEventListener('click', () => telling(reject));
telling(show);
