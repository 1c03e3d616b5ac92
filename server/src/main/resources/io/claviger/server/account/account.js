// Takes the link out of the address bar at once, and acts on it when the button is pressed.
const link = new URLSearchParams(location.hash.slice(1));
history.replaceState(null, '', location.pathname);

const form = document.querySelector('form');
const state = document.getElementById('state');
const token = link.get('token');
const email = link.get('email');

if (token && email) {
  document.getElementById('email').textContent = email;
} else {
  form.hidden = true;
  state.textContent = 'This link is not complete. Open it from the message, or copy all of it.';
}

async function send() {
  const password = document.getElementById('password');
  const body = password ? { token, email, password: password.value } : { token, email };
  const response = await fetch(form.dataset.action, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.ok) {
    form.hidden = true;
    return form.dataset.done;
  }
  const problem = await response.json();
  return `That did not work: ${problem.message}.`;
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  state.textContent = '';
  try {
    state.textContent = await send();
  } catch {
    state.textContent = 'The server does not answer. Try again.';
  }
  button.disabled = false;
});
