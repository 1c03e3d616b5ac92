package io.claviger.core.scope;

/**
 * One name of the scope vocabulary.
 *
 * @param name the exact text; case matters
 * @param group what it is about
 * @param kind how it follows the catalogue when that grows
 */
public record Scope(String name, ScopeGroup group, ScopeKind kind) {}
