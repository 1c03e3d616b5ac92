package io.claviger.store;

/** The databases, which plan the same statement in different ways. */
public enum Dialect {
  SQLITE,
  POSTGRESQL
}
