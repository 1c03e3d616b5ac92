package io.claviger.server.http;

import io.claviger.server.background.Background;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Closes connections that keep the server waiting past their deadline. The HTTP library itself
 * waits for ever for the rest of a header or a body.
 */
final class ConnectionWatch implements AutoCloseable {
  private static final long PERIOD_MIN_MILLIS = 10;
  private static final long PERIOD_MAX_MILLIS = 1000;

  private final Set<GuardedConnection> connections = ConcurrentHashMap.newKeySet();
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

  void add(GuardedConnection connection) {
    connections.add(connection);
  }

  void remove(GuardedConnection connection) {
    connections.remove(connection);
  }

  private void look() {
    long now = System.nanoTime();
    connections.forEach(connection -> connection.cutIfLate(now));
  }

  @Override
  public void close() {
    timer.close();
  }
}
