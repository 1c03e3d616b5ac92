package io.claviger.server.state;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.server.http.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How often messages about one device come over HTTP within 15 seconds, of each kind (MQT-7). As on
 * a topic of the broker a window begins with the first message after the last one has passed, and
 * the number is the same. A call counts once, also when it brings several states. Counted on each
 * node.
 */
public final class MessageRates {
  /** As over MQTT. */
  public static final Duration WINDOW = Duration.ofSeconds(15);

  /** Devices and kinds that are counted at once; a forgotten one begins anew. */
  private static final int COUNTED_MAX = 100_000;

  /** What a message is. */
  public enum Kind {
    STATE,
    COMMAND,
    CONNECTION
  }

  private record Counted(String id, Kind kind) {}

  private record Window(Instant begin, int count) {}

  private final int most;
  private final InstantSource clock;
  private final Cache<Counted, Window> windows =
      Caffeine.newBuilder()
          .maximumSize(COUNTED_MAX)
          .expireAfterWrite(WINDOW.multipliedBy(2))
          .executor(Runnable::run)
          .build();

  /**
   * Counts.
   *
   * @param most messages in a window; 0 for any number
   */
  public MessageRates(int most, InstantSource clock) {
    this.most = most;
    this.clock = clock;
  }

  /**
   * Counts a message about a device.
   *
   * @throws ApiException 429 when it is one too many
   */
  public void count(DeviceId device, Kind kind) {
    count(device.text(), kind);
  }

  /**
   * Counts a command for many devices of an application: as often as any of them may get one.
   *
   * @throws ApiException 429 when it is one too many
   */
  void countBulk(ApplicationId application) {
    count(application.text(), Kind.COMMAND);
  }

  private void count(String id, Kind kind) {
    if (most == 0) {
      return;
    }
    Instant now = clock.instant();
    Window window =
        windows
            .asMap()
            .compute(
                new Counted(id, kind),
                (_, before) ->
                    before == null || over(before, now)
                        ? new Window(now, 1)
                        : new Window(before.begin(), Math.min(before.count(), most) + 1));
    if (window.count() > most) {
      throw ApiException.tooMany(secondsLeft(window, now));
    }
  }

  /** Also when the clock was set back. */
  private static boolean over(Window window, Instant now) {
    return now.isBefore(window.begin()) || !now.isBefore(window.begin().plus(WINDOW));
  }

  private static long secondsLeft(Window window, Instant now) {
    long millis = Duration.between(now, window.begin().plus(WINDOW)).toMillis();
    return Math.max(1, Math.ceilDiv(millis, 1_000L));
  }
}
