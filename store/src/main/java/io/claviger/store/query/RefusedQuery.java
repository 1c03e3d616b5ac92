package io.claviger.store.query;

/** Ends the reading of a query; never leaves this package. */
final class RefusedQuery extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  RefusedQuery(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
