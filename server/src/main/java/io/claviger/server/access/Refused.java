package io.claviger.server.access;

import io.claviger.core.decide.Denial;
import io.claviger.server.http.ApiException;
import java.util.Map;

/** The error for a denial, which it remembers for the logs; the client sees nothing of it. */
public final class Refused extends ApiException {
  private static final long serialVersionUID = 1L;

  private final transient Denial denial;

  Refused(Denial denial, ApiException error, Map<String, String> headers) {
    super(error.status(), error.type(), error.publicMessage(), headers);
    this.denial = denial;
  }

  /** Why it was refused. */
  public Denial denial() {
    return denial;
  }
}
