package io.claviger.server.http;

import io.claviger.server.background.Background;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections that keep the server waiting past their deadline. The HTTP library itself
 * waits for ever for the rest of a header or a body.
 */
final class ConnectionWatch implements AutoCloseable {
  private static final long PERIOD_MIN_MILLIS = 10;
  private static final long PERIOD_MAX_MILLIS = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionWatch.class);

  private final Set<Guarded> connections = ConcurrentHashMap.newKeySet();
  private final Background timer = new Background("http-connection-watch");

  ConnectionWatch(HttpLimits limits) {
    long shortest =
        Stream.of(limits.headTime(), limits.bodyTime(), limits.idleTime(), limits.writeTime())
            .mapToLong(Duration::toMillis)
            .min()
            .orElse(PERIOD_MAX_MILLIS);
    long period = Math.clamp(shortest / 4, PERIOD_MIN_MILLIS, PERIOD_MAX_MILLIS);
    timer.every(Duration.ofMillis(period), "late connections stay open", this::look);
  }

  /** What has a deadline. */
  @FunctionalInterface
  interface Guarded {
    /** Closes it when its deadline has passed. */
    void cutIfLate(long now);
  }

  void add(Guarded connection) {
    connections.add(connection);
  }

  void remove(Guarded connection) {
    connections.remove(connection);
  }

  private void look() {
    long now = System.nanoTime();
    connections.forEach(connection -> cut(connection, now));
  }

  /** One that cannot be closed keeps none of the others open. */
  private static void cut(Guarded connection, long now) {
    try {
      connection.cutIfLate(now);
    } catch (RuntimeException | Error e) {
      LOG.warn("a connection could not be closed", e);
    }
  }

  @Override
  public void close() {
    timer.close();
  }
}
