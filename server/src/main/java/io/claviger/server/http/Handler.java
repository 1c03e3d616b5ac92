package io.claviger.server.http;

/** What answers the requests of one route. Runs on a virtual thread and may block. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers the request.
   *
   * @throws ApiException for an error with a meaning to the client
   * @throws Exception for anything else: logged, and answered with 500 without detail
   */
  Response handle(Request request) throws Exception;
}
