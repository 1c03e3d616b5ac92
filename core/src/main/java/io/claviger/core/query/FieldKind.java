package io.claviger.core.query;

/** What a field holds, which settles how it may be asked for. */
public enum FieldKind {
  /** One identifier: only equality, order and membership, one operator at a time (QRY-6). */
  ID,
  /** Any number of identifiers (QRY-8); asked for as one is. */
  ID_LIST,
  /** One text. */
  TEXT,
  /** Any number of texts (QRY-8); asked for as one is. */
  TEXT_LIST,
  /** One moment (QRY-9). */
  DATE,
  /** Any number of tags (QRY-10). */
  TAGS
}
