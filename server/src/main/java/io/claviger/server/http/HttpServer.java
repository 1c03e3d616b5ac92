package io.claviger.server.http;

import java.util.random.RandomGenerator;

/** The HTTP listeners: one for the API, one for health and metrics. */
public final class HttpServer implements AutoCloseable {
  private HttpServer() {}

  /**
   * Starts both listeners.
   *
   * @param api where the API listens
   * @param apiRouter its routes
   * @param management where health and metrics listen
   * @param managementRouter their routes
   * @param limits what one client may cost
   * @param observer is told of every answered request of the API
   * @param random makes request ids distinct between runs; used once
   */
  public static HttpServer start(
      HttpAddress api,
      Router apiRouter,
      HttpAddress management,
      Router managementRouter,
      HttpLimits limits,
      RequestObserver observer,
      RandomGenerator random) {
    throw new UnsupportedOperationException();
  }

  /** The port on which the API really listens. */
  public int apiPort() {
    return 0;
  }

  /** The port on which health and metrics really listen. */
  public int managementPort() {
    return 0;
  }

  @Override
  public void close() {}
}
