package io.claviger.server.http;

/** Is told of every request that was answered; must be fast and must not throw. */
@FunctionalInterface
public interface RequestObserver {
  /**
   * A response was written.
   *
   * @param route the route's name, or {@link Router#UNMAPPED}
   * @param status the HTTP status
   * @param nanos from the end of the request's header to the end of the response
   */
  void answered(String route, int status, long nanos);
}
