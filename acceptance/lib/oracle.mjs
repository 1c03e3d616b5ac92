// Two libraries from npm as oracles of SCIM: what they say a filter selects and a patch makes. Where they are known to differ from
// RFC 7644, a correction says so and why; each must have been needed at least once, so that none outlives its reason.
import { filter as holds, parse } from 'scim2-parse-filter';
import { scimPatch } from 'scim-patch';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Numbers from a seed, so that a failure can be had again (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (bound) => Math.floor(next() * bound);
  return { below, pick: (from) => from[below(from.length)], once: (inHowMany) => below(inHowMany) === 0 };
}

const clone = (value) => JSON.parse(JSON.stringify(value));
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

// ---- filters

/** What is known of an attribute by its path, from what the server's /Schemas says. */
export function attributesOf(schemas) {
  const known = new Map();
  const add = (prefix, attribute) => {
    known.set((prefix + attribute.name).toLowerCase(), attribute);
    attribute.subAttributes?.forEach((sub) => add(`${prefix}${attribute.name}.`, sub));
  };
  for (const schema of schemas) {
    if (schema.id === CORE || schema.id === ENTERPRISE) {
      schema.attributes.forEach((attribute) => add(schema.id === CORE ? '' : `${ENTERPRISE}:`, attribute));
    }
  }
  ['id', 'externalId'].forEach((name) => known.set(name.toLowerCase(), { name, type: 'string', caseExact: true }));
  ['meta.created', 'meta.lastModified'].forEach((name) => known.set(name.toLowerCase(), { name, type: 'dateTime', caseExact: true }));
  return known;
}

const LEAVES = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);

function rewrite(ast, leaf, within = '') {
  switch (ast.op) {
    case 'and':
    case 'or':
      return { ...ast, filters: ast.filters.map((inner) => rewrite(inner, leaf, within)) };
    case 'not':
      return { ...ast, filter: rewrite(ast.filter, leaf, within) };
    case '[]':
      return { ...leaf(ast, within), valFilter: rewrite(ast.valFilter, leaf, `${ast.attrPath}.`) };
    default:
      return leaf(ast, within);
  }
}

const TRUE = { op: 'pr', attrPath: 'id' };

/** The same filter for one resource, with what the brackets come to in place of them. */
function perElement(ast, resource) {
  switch (ast.op) {
    case 'and':
    case 'or':
      return { ...ast, filters: ast.filters.map((inner) => perElement(inner, resource)) };
    case 'not':
      return { ...ast, filter: perElement(ast.filter, resource) };
    case '[]':
      return (resource[ast.attrPath] ?? []).some(holds(ast.valFilter)) ? TRUE : { op: 'not', filter: TRUE };
    default:
      return ast;
  }
}

export const filterCorrections = [
  {
    name: 'urn',
    why: 'RFC 7644 section 3.10: the URN of the core schema may stand before each of its attributes; the library looks for a member of that name',
    ast: (node) =>
      node.attrPath?.toLowerCase().startsWith(`${CORE.toLowerCase()}:`)
        ? { ...node, attrPath: node.attrPath.slice(CORE.length + 1) }
        : node,
  },
  {
    name: 'value',
    why: 'RFC 7644 section 3.4.2.2 (`emails co "example.com"`): a complex attribute of many values is compared by `value`; the library compares the object',
    ast: (node, within, known) =>
      LEAVES.has(node.op) && within === '' && known.get(node.attrPath.toLowerCase())?.type === 'complex'
        ? { ...node, attrPath: `${node.attrPath}.value` }
        : node,
  },
  {
    name: 'null',
    why: 'RFC 7643 section 2.5: null and absence are one; the library finds null in what is there only',
    ast: (node) =>
      node.compValue === null
        ? node.op === 'eq'
          ? { op: 'not', filter: { op: 'pr', attrPath: node.attrPath } }
          : { op: 'pr', attrPath: node.attrPath }
        : node,
  },
  {
    name: 'absent',
    why: 'RFC 7644 section 3.4.2.2: `ne` holds where the values are not identical, and no value is not identical to one; the library says no of what is absent',
    ast: (node) =>
      node.op === 'ne' && node.compValue !== null
        ? { op: 'or', filters: [node, { op: 'not', filter: { op: 'pr', attrPath: node.attrPath } }] }
        : node,
  },
  {
    name: 'element',
    why: 'RFC 7644 section 3.4.2.2: what stands in brackets must hold for one and the same value; the library asks each test of any value',
    ast: (node) => node,
    within: (ast, resource) => perElement(ast, resource),
  },
  {
    name: 'case',
    why: 'RFC 7643 section 2.2: attributes that are not caseExact are compared without regard to case; the library always regards it',
    ast: (node, within, known) =>
      typeof node.compValue === 'string' && !known.get((within + node.attrPath).toLowerCase())?.caseExact
        ? { ...node, compValue: node.compValue.toLowerCase() }
        : node,
    resource: (resource, known) => {
      const fold = (value, path) => {
        if (typeof value === 'string') {
          return known.get(path.toLowerCase())?.caseExact ? value : value.toLowerCase();
        }
        if (Array.isArray(value)) {
          return value.map((element) => fold(element, path));
        }
        return isObject(value)
          ? Object.fromEntries(
              Object.entries(value).map(([name, inner]) => [
                name,
                fold(inner, path === '' ? name : path === ENTERPRISE ? `${path}:${name}` : `${path}.${name}`),
              ]),
            )
          : value;
      };
      return fold(resource, '');
    },
  },
];

/** The ids of the users that a filter selects. */
export function selected(text, users, known, without = '') {
  let ast = parse(text);
  let resources = users;
  for (const correction of filterCorrections) {
    if (correction.name !== without) {
      ast = rewrite(ast, (node, within) => correction.ast(node, within, known));
      resources = correction.resource ? resources.map((user) => correction.resource(user, known)) : resources;
    }
  }
  const whole = filterCorrections.find((correction) => correction.within && correction.name !== without);
  const test = (resource) => holds(whole ? whole.within(ast, resource) : ast)(resource);
  return users.filter((_, i) => test(resources[i])).map((user) => user.id).sort();
}

// ---- patches

const same = (one, other) => one.value === other.value && (one.type ?? '') === (other.type ?? '');

/** What an operation with a path is about: the attribute, the filter in brackets and the sub-attribute. */
function partsOf(path) {
  const found = /^(emails|phoneNumbers)(?:\[(.+)])?(?:\.(\w+))?$/.exec(path ?? '');
  return found ? { attribute: found[1], filter: found[2], sub: found[3] } : undefined;
}

function chosen(resource, parts) {
  const values = resource[parts.attribute] ?? [];
  return parts.filter ? values.filter(holds(parse(parts.filter))) : values;
}

export const patchCorrections = [
  {
    name: 'resource',
    why: 'RFC 7644 sections 3.5.2.1 and 3.5.2.3: without a path each attribute of the value is added or replaced like one with a path; the library replaces complex ones as a whole',
    apply: (resource, operation, next) =>
      operation.path === undefined
        ? Object.entries(operation.value).reduce(
            (before, [path, value]) => next(before, { op: operation.op, path, value }),
            resource,
          )
        : undefined,
  },
  {
    name: 'extension',
    why: 'RFC 7644 section 3.10: the URN of an extension names all that stands under it; the library takes its last part for an attribute',
    apply: (resource, operation) => {
      if (operation.op !== 'remove' || operation.path !== ENTERPRISE) {
        return undefined;
      }
      const { [ENTERPRISE]: removed, ...rest } = resource;
      return rest;
    },
  },
  {
    name: 'nothing to remove',
    why: 'RFC 7644 section 3.5.2.2: to remove what no value is selected of changes nothing; the library fails',
    apply: (resource, operation) => {
      const parts = partsOf(operation.path);
      return operation.op === 'remove' && parts?.filter && chosen(resource, parts).length === 0 ? resource : undefined;
    },
  },
  {
    name: 'whole value',
    why: 'RFC 7644 section 3.5.2.3: values that are selected are replaced as a whole; the library keeps what the new one does not say',
    apply: (resource, operation) => {
      const parts = partsOf(operation.path);
      if (operation.op !== 'replace' || !parts?.filter || parts.sub) {
        return undefined;
      }
      const replaced = chosen(resource, parts);
      if (replaced.length === 0) {
        throw new Error('noTarget');
      }
      return {
        ...resource,
        [parts.attribute]: resource[parts.attribute].map((value) => (replaced.includes(value) ? clone(operation.value) : value)),
      };
    },
  },
  {
    name: 'first value',
    why: 'RFC 7643 section 2.4: an attribute of many values is a list, also of one; the library leaves the first one as it was sent',
    apply: (resource, operation, next) => {
      const parts = partsOf(operation.path);
      return operation.op === 'add' && parts && !parts.filter && !resource[parts.attribute] && !Array.isArray(operation.value)
        ? next(resource, { ...operation, value: [operation.value] })
        : undefined;
    },
  },
  {
    name: 'twice',
    why: 'RFC 7643 section 2.4: value and type together stand once; the library has one more with another display',
    apply: (resource, operation, next) => {
      const parts = partsOf(operation.path);
      if (operation.op !== 'add' || !parts || parts.filter || parts.sub || !resource[parts.attribute]) {
        return undefined;
      }
      const added = [operation.value].flat();
      const there = resource[parts.attribute];
      const told = there.map((value) => ({ ...value, ...added.find((one) => same(one, value)) }));
      const others = added.filter((one) => !there.some((value) => same(one, value)));
      const after = { ...resource, [parts.attribute]: told };
      return others.length === 0 ? after : next(after, { ...operation, value: others });
    },
  },
];

/** RFC 7644 section 3.5.2: when a value becomes the primary one, no other is any more; the library leaves both. */
function demoted(before, after) {
  for (const name of ['emails', 'phoneNumbers']) {
    const primaries = (after[name] ?? []).filter((value) => value.primary === true);
    if (primaries.length > 1) {
      const was = (before[name] ?? []).filter((value) => value.primary === true);
      const old = primaries.find((value) => was.some((other) => same(other, value)));
      if (old) {
        old.primary = false;
      }
    }
  }
  return after;
}

function byLibrary(resource, operation) {
  return scimPatch(clone(resource), [clone(operation)], { mutateDocument: true, treatMissingAsAdd: false });
}

/** The user after the operations; throws where one cannot be done. */
export function afterPatch(resource, operations, without = '') {
  const corrections = patchCorrections.filter((correction) => correction.name !== without);
  const run = (before, operation, from) => {
    for (let i = from; i < corrections.length; i++) {
      const result = corrections[i].apply(before, operation, (again, sub) => run(again, sub, i + 1));
      if (result !== undefined) {
        return result;
      }
    }
    return byLibrary(before, operation);
  };
  return operations.reduce((before, operation) => {
    const after = run(clone(before), operation, 0);
    return without === 'primary' ? after : demoted(before, after);
  }, clone(resource));
}

/** What is left of a user to be compared: what clients write, without what is empty. */
export function comparable(user) {
  const { schemas, id, meta, groups, roles, ...rest } = user;
  const tidy = (value) => {
    if (Array.isArray(value)) {
      const kept = value.map(tidy).filter((element) => element !== undefined);
      return kept.length > 0 ? kept : undefined;
    }
    if (isObject(value)) {
      const kept = Object.entries(value)
        .map(([name, inner]) => [name, tidy(inner)])
        .filter(([, inner]) => inner !== undefined)
        .sort(([one], [other]) => (one < other ? -1 : 1));
      return kept.length > 0 ? Object.fromEntries(kept) : undefined;
    }
    return value === null || value === '' ? undefined : value;
  };
  return tidy(rest);
}

export { CORE, ENTERPRISE };
