package io.claviger.server.mqtt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.core.id.ApplicationId;
import java.time.Instant;
import java.time.InstantSource;

/** How many new connections an application gets in 15 seconds (MQT-6). */
final class ConnectLimit {
  /** Beyond it the oldest are forgotten, which only gives them a new start. */
  private static final int APPLICATIONS_MAX = 100_000;

  private record Window(Instant begin, int count) {}

  private final int limit;
  private final InstantSource clock;
  private final Cache<ApplicationId, Window> windows =
      Caffeine.newBuilder().maximumSize(APPLICATIONS_MAX).executor(Runnable::run).build();

  /**
   * Makes it.
   *
   * @param limit 0 for any number
   */
  ConnectLimit(int limit, InstantSource clock) {
    this.limit = limit;
    this.clock = clock;
  }

  /** Whether one more is within the limit; counts it. */
  boolean admits(ApplicationId application) {
    if (limit == 0) {
      return true;
    }
    Instant now = clock.instant();
    Window window =
        windows
            .asMap()
            .compute(
                application,
                (_, last) ->
                    last == null || !now.isBefore(last.begin().plus(MessageLimit.WINDOW))
                        ? new Window(now, 1)
                        : new Window(last.begin(), Math.min(last.count(), limit) + 1));
    return window.count() <= limit;
  }
}
