package io.claviger.server.http;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP listeners: one for the API, one for health and metrics. Each request runs on a virtual
 * thread, so handlers may block.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final ConnectionWatch watch;
  private final WebServer api;
  private final WebServer management;
  private volatile boolean closing;

  private HttpServer(
      HttpAddress apiAddress,
      Router apiRouter,
      HttpAddress managementAddress,
      Router managementRouter,
      HttpLimits limits,
      RequestObserver observer,
      RandomGenerator random) {
    RequestIds ids = new RequestIds(random);
    BooleanSupplier isClosing = () -> closing;
    watch = new ConnectionWatch(limits);
    api = listener(apiAddress, limits, new Edge(apiRouter, true, limits, observer, ids, isClosing));
    RequestObserver nobody = (_, _, _) -> {};
    management =
        listener(
            managementAddress,
            limits,
            new Edge(managementRouter, false, limits, nobody, ids, isClosing));
  }

  /**
   * Starts both listeners.
   *
   * @param api where the API listens
   * @param apiRouter its routes
   * @param management where health and metrics listen; not readable by web pages of other origins
   * @param managementRouter their routes
   * @param limits what one client may cost
   * @param observer is told of every answered request of the API
   * @param random makes request ids distinct between runs; used once
   * @throws RuntimeException when an address cannot be bound; then nothing is left running
   */
  public static HttpServer start(
      HttpAddress api,
      Router apiRouter,
      HttpAddress management,
      Router managementRouter,
      HttpLimits limits,
      RequestObserver observer,
      RandomGenerator random) {
    HttpServer server =
        new HttpServer(api, apiRouter, management, managementRouter, limits, observer, random);
    boolean started = false;
    try {
      listen(server.management, management);
      listen(server.api, api);
      started = true;
    } finally {
      if (!started) {
        server.close();
      }
    }
    LOG.atInfo()
        .addKeyValue("api", api.host() + ":" + server.apiPort())
        .addKeyValue("management", management.host() + ":" + server.managementPort())
        .log("listening");
    return server;
  }

  /** The library reports a failure to the log only. */
  private static void listen(WebServer listener, HttpAddress address) {
    listener.start();
    if (!listener.isRunning() || listener.port() < 0) {
      throw new IllegalStateException("cannot listen on " + address.host() + ":" + address.port());
    }
  }

  private WebServer listener(HttpAddress address, HttpLimits limits, Edge edge) {
    return WebServer.builder()
        .host(address.host())
        .port(address.port())
        .shutdownHook(false)
        .shutdownGracePeriod(limits.shutdownTime())
        .featuresDiscoverServices(false)
        .protocolsDiscoverServices(false)
        .addConnectionSelector(new GuardedSelector(limits, watch))
        .connectionOptions(options -> options.tcpNoDelay(true))
        .maxPayloadSize(limits.bodyBytes())
        .maxTcpConnections(limits.connections())
        .maxConcurrentRequests(limits.concurrentRequests())
        .directHandlers(new ErrorPages(edge).handlers())
        .routing(HttpRouting.builder().addFilter(edge))
        .build();
  }

  /** The port on which the API really listens. */
  public int apiPort() {
    return api.port();
  }

  /** The port on which health and metrics really listen. */
  public int managementPort() {
    return management.port();
  }

  /** Whether {@link #close()} has begun; a server that is closing is not ready. */
  public boolean isClosing() {
    return closing;
  }

  /**
   * Stops accepting, lets running requests finish for {@link HttpLimits#shutdownTime()}, then cuts
   * what is left. Health and metrics answer until the API is closed.
   */
  @Override
  public void close() {
    closing = true;
    try {
      api.stop();
    } finally {
      management.stop();
      watch.close();
    }
  }
}
