package io.claviger.core.query;

/** A field that a query may name. */
public sealed interface QueryField permits AccessKeyField, DeviceField, EventField {
  /** The name in the query. */
  String wireName();

  /** What it holds. */
  FieldKind kind();
}
