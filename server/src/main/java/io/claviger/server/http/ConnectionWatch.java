package io.claviger.server.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Closes connections that keep the server waiting past their deadline. The HTTP library itself
 * waits for ever for the rest of a header or a body.
 */
final class ConnectionWatch implements AutoCloseable {
  private static final long PERIOD_MIN_MILLIS = 10;
  private static final long PERIOD_MAX_MILLIS = 1000;

  private final Set<GuardedConnection> connections = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("http-connection-watch").factory());

  ConnectionWatch(HttpLimits limits) {
    long shortest =
        Stream.of(limits.headTime(), limits.bodyTime(), limits.idleTime(), limits.writeTime())
            .mapToLong(Duration::toMillis)
            .min()
            .orElse(PERIOD_MAX_MILLIS);
    long period = Math.clamp(shortest / 4, PERIOD_MIN_MILLIS, PERIOD_MAX_MILLIS);
    var _ = timer.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
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
    timer.shutdownNow();
  }
}
