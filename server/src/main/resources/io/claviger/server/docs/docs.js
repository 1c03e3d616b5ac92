// Draws the API document. Builds elements and never markup, so nothing in the document can act.
'use strict';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

let api;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== false) {
      made.setAttribute(key, value === true ? '' : value);
    }
  }
  made.append(...children.filter((child) => child !== undefined && child !== ''));
  return made;
}

function resolve(node) {
  let current = node;
  while (current && current.$ref) {
    const { $ref, ...own } = current;
    let target = api;
    for (const part of $ref.slice(2).split('/')) {
      target = target[part.replaceAll('~1', '/').replaceAll('~0', '~')];
    }
    current = { ...target, ...own };
  }
  return current;
}

function nameOf(schema) {
  return schema && schema.$ref ? schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1) : undefined;
}

// Only `code`, **bold** and paragraphs occur in the descriptions.
function inlineText(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith('`')) {
      return element('code', {}, part.slice(1, -1));
    }
    return part.startsWith('**') ? element('strong', {}, part.slice(2, -2)) : part;
  });
}

function paragraphs(text, attributes) {
  return (text || '')
    .split(/\n\s*\n/)
    .filter((each) => each.trim())
    .map((each) => element('p', attributes, ...inlineText(each.trim())));
}

// allOf is merged, because readers want fields and not how they were put together.
function merged(schema) {
  const own = resolve(schema) || {};
  if (!own.allOf) {
    return own;
  }
  const result = { ...own, properties: {}, required: [...(own.required || [])] };
  for (const part of [...own.allOf.map(merged), { properties: own.properties }]) {
    Object.assign(result.properties, part.properties);
    result.required.push(...(part.required || []));
    result.type = result.type || part.type;
  }
  return result;
}

function typeText(schema) {
  const own = merged(schema);
  if (own.oneOf) {
    return own.oneOf.map((each) => nameOf(each) || typeText(each)).join(' or ');
  }
  if (own.const !== undefined) {
    return JSON.stringify(own.const);
  }
  const types = [].concat(own.type || (own.properties ? 'object' : own.enum ? 'value' : 'any'));
  const text = types
    .map((type) => (type === 'array' && own.items ? `array of ${typeText(own.items)}` : type))
    .join(' or ');
  return own.format ? `${text} (${own.format})` : text;
}

function limits(schema) {
  const own = merged(schema);
  const found = [];
  if (own.enum) {
    found.push(`one of ${own.enum.map((each) => (each === '' ? '""' : String(each))).join(', ')}`);
  }
  if (own['x-message']) {
    found.push(own['x-message']);
  } else if (own.pattern) {
    found.push(`matches ${own.pattern}`);
  }
  const range = (low, high, what) => {
    if (low !== undefined && high !== undefined) {
      found.push(`${low} to ${high}${what}`);
    } else if (low !== undefined) {
      found.push(`at least ${low}${what}`);
    } else if (high !== undefined) {
      found.push(`at most ${high}${what}`);
    }
  };
  range(own.minLength, own.maxLength, ' characters');
  range(own.minimum, own.maximum, '');
  range(own.minItems, own.maxItems, ' entries');
  if (own.uniqueItems) {
    found.push('each entry once');
  }
  if (own.default !== undefined) {
    found.push(`default ${JSON.stringify(own.default)}`);
  }
  return found.join('; ');
}

// One row per field, with the path from the top. What a name stands for is told once per table.
function fieldRows(schema, prefix, told, rows) {
  const own = merged(schema);
  if (own.oneOf) {
    own.oneOf.forEach((each) => fieldRows(each, prefix, told, rows));
    return rows;
  }
  if (own.items) {
    return descend(own.items, `${prefix}[]`, told, rows);
  }
  for (const [name, property] of Object.entries(own.properties || {})) {
    const path = prefix ? `${prefix}.${name}` : name;
    const described = merged(property);
    rows.push({
      path,
      type: typeText(property),
      required: (own.required || []).includes(name),
      limits: limits(property),
      description: described.description || '',
    });
    descend(property, path, told, rows);
  }
  return rows;
}

function descend(schema, prefix, told, rows) {
  const name = nameOf(schema);
  if (!name) {
    return fieldRows(schema, prefix, told, rows);
  }
  const before = rows.length;
  if (!told.has(name)) {
    told.set(name, prefix);
    fieldRows(schema, prefix, told, rows);
    if (rows.length === before) {
      told.delete(name);
    }
  } else if (told.get(name) !== '') {
    rows[before - 1].description += ` Same fields as \`${told.get(name)}\`.`;
  } else {
    rows[before - 1].description += ' The same again inside.';
  }
  return rows;
}

function table(caption, heads, rows) {
  const body = rows.map(([first, ...rest]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, element('code', {}, first)),
      ...rest.map((cell) => element('td', {}, ...inlineText(cell)))
    )
  );
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': caption },
    element(
      'table',
      {},
      element('caption', {}, caption),
      element('thead', {}, element('tr', {}, ...heads.map((h) => element('th', { scope: 'col' }, h)))),
      element('tbody', {}, ...body)
    )
  );
}

function fieldTable(caption, schema) {
  const rows = fieldRows(schema, '', new Map([[nameOf(schema), '']]), []);
  if (!rows.length) {
    return element('p', { class: 'note' }, `${caption}: ${typeText(schema)}.`);
  }
  return table(
    caption,
    ['Field', 'Type', 'Needed', 'Limits', 'Meaning'],
    rows.map((row) => [row.path, row.type, row.required ? 'required' : '', row.limits, row.description])
  );
}

function parameterTable(parameters) {
  return table(
    'Parameters',
    ['Name', 'In', 'Type', 'Needed', 'Limits', 'Meaning'],
    parameters.map((parameter) => {
      const schema = parameter.schema || parameter.content['application/json'].schema;
      const type = parameter.content ? `JSON of ${nameOf(schema) || 'object'}` : typeText(schema);
      return [
        parameter.name,
        parameter.in,
        type,
        parameter.required ? 'required' : '',
        limits(schema),
        parameter.description || '',
      ];
    })
  );
}

function exampleBlocks(media) {
  const named = Object.values(media.examples || {}).map(resolve);
  if (media.example !== undefined) {
    named.push({ value: media.example });
  }
  return named.flatMap((example) => {
    const label = example.summary || 'Example';
    return [
      element('p', { class: 'note' }, label),
      element(
        'pre',
        { tabindex: '0', 'aria-label': label },
        element('code', {}, JSON.stringify(example.value, null, 2))
      ),
    ];
  });
}

function answer(status, response) {
  const described = resolve(response);
  const media = described.content && described.content['application/json'];
  const box = element(
    'div',
    { class: 'answer' },
    element('p', {}, element('strong', {}, status), ' ', ...inlineText(described.description))
  );
  if (media) {
    box.append(
      element(
        'details',
        {},
        element('summary', {}, `Fields and example of ${status}`),
        fieldTable(`Fields of ${nameOf(media.schema) || 'the answer'}`, media.schema),
        ...exampleBlocks(media)
      )
    );
  }
  return box;
}

function accessText(operation) {
  const needed = operation.security || api.security || [];
  if (!needed.length) {
    return 'Open to everybody; no token needed.';
  }
  const optional = needed.some((each) => !Object.keys(each).length);
  return optional ? 'A token is used when there is one.' : 'Needs a bearer token.';
}

function operationBody(entry) {
  const { operation, parameters } = entry;
  const box = element('div', {}, ...paragraphs(operation.description));
  box.append(
    element('p', { class: 'note' }, accessText(operation), ' Name of the action: ', element('code', {}, entry.id))
  );
  if (parameters.length) {
    box.append(element('h4', {}, 'Parameters'), parameterTable(parameters));
  }
  if (operation.requestBody) {
    const media = resolve(operation.requestBody).content['application/json'];
    box.append(
      element('h4', {}, 'Request body'),
      ...paragraphs(resolve(media.schema).description),
      fieldTable(`Fields of ${nameOf(media.schema) || 'the body'}`, media.schema),
      ...exampleBlocks(media)
    );
  }
  const statuses = Object.entries(operation.responses);
  const isSuccess = ([status]) => status.startsWith('2');
  box.append(element('h4', {}, 'Answers'));
  statuses.filter(isSuccess).forEach(([status, response]) => box.append(answer(status, response)));
  box.append(element('h4', {}, 'Errors'));
  statuses
    .filter((each) => !isSuccess(each))
    .forEach(([status, response]) => box.append(answer(status, response)));
  return box;
}

// The inside of an operation is drawn when it is opened for the first time.
function operationElement(entry) {
  const details = element(
    'details',
    { class: 'operation', id: entry.id },
    element(
      'summary',
      {},
      element(
        'h3',
        {},
        element('span', { class: `method ${entry.method}` }, entry.method.toUpperCase()),
        ' ',
        element('code', {}, entry.path),
        element('span', { class: 'title' }, entry.operation.summary)
      )
    )
  );
  let drawn = false;
  details.addEventListener('toggle', () => {
    if (details.open && !drawn) {
      drawn = true;
      details.append(operationBody(entry));
    }
  });
  return details;
}

function collect() {
  const entries = [];
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((each) => item[each])) {
      const operation = item[method];
      const parameters = [...(item.parameters || []), ...(operation.parameters || [])].map(resolve);
      const id = operation.operationId;
      const words = `${id} ${method} ${path} ${operation.summary} ${operation.tags.join(' ')}`;
      entries.push({ id, method, path, operation, parameters, words: words.toLowerCase() });
    }
  }
  return entries;
}

function draw() {
  document.getElementById('title').textContent = `${api.info.title} API`;
  document.title = `${api.info.title} API`;
  document.getElementById('facts').append(
    `Version ${api.info.version}. The document itself: `,
    element('a', { href: '/openapi.yaml' }, 'YAML'),
    ', ',
    element('a', { href: '/docs/openapi.json' }, 'JSON'),
    '.'
  );
  document.getElementById('introduction').append(...paragraphs(api.info.description));
  const main = document.getElementById('operations');
  const contents = document.getElementById('contents');
  const entries = collect();
  const sections = [];
  for (const tag of api.tags) {
    const heading = `tag-${tag.name}`;
    const section = element(
      'section',
      { 'aria-labelledby': heading },
      element('h2', { id: heading }, tag.name),
      ...paragraphs(tag.description, { class: 'description' })
    );
    const own = entries.filter((entry) => entry.operation.tags.includes(tag.name));
    for (const entry of own) {
      entry.element = operationElement(entry);
      section.append(entry.element);
    }
    const link = element('li', {}, element('a', { href: `#${heading}` }, tag.name));
    contents.append(link);
    sections.push({ section, link, own });
    main.append(section);
  }
  document.getElementById('state').hidden = true;
  startFilter(entries, sections);
  openFromAddress();
}

function startFilter(entries, sections) {
  const input = document.getElementById('filter');
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const entry of entries) {
      const visible = words.every((word) => entry.words.includes(word));
      entry.element.hidden = !visible;
      shown += visible ? 1 : 0;
    }
    for (const { section, link, own } of sections) {
      const empty = own.every((entry) => entry.element.hidden);
      section.hidden = empty;
      link.hidden = empty;
    }
    document.getElementById('count').textContent = `${shown} of ${entries.length} operations`;
  };
  input.addEventListener('input', apply);
  document.getElementById('search').addEventListener('submit', (event) => event.preventDefault());
  apply();
}

function openFromAddress() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.matches('details.operation')) {
    target.open = true;
    target.scrollIntoView();
  }
}

async function start() {
  try {
    const response = await fetch('/docs/openapi.json', { headers: { Accept: 'application/json' } });
    if (!response.ok) {
      throw new Error(`the server answered ${response.status}`);
    }
    api = await response.json();
    draw();
  } catch (error) {
    document.getElementById('state').textContent = `The API document could not be shown: ${error.message}.`;
  }
}

window.addEventListener('hashchange', openFromAddress);
start();
