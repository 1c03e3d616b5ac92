package io.claviger.store.facts;

import io.claviger.core.secret.TokenKind;

/**
 * Names a credential of any kind.
 *
 * @param kind what the prefix of its value says it is
 * @param id 24 hexadecimal digits
 */
public record CredentialRef(TokenKind kind, String id) {}
