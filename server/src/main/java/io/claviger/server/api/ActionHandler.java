package io.claviger.server.api;

import io.claviger.server.http.Response;

/** Does one action for somebody who may. */
@FunctionalInterface
public interface ActionHandler {
  /**
   * Answers; throws {@link io.claviger.server.http.ApiException} for an error with a meaning to the
   * client.
   */
  Response handle(Call call);
}
