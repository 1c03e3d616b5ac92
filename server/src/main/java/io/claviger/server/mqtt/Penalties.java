package io.claviger.server.mqtt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.core.id.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Devices that sent too much and have to stay away for a while (MQT-6): 30 seconds, twice as long
 * for each repetition within 15 minutes, at most an hour.
 */
final class Penalties {
  private static final Duration FIRST = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration CLEAN = Duration.ofMinutes(15);

  /** Beyond it the oldest are forgotten. */
  private static final int DEVICES_MAX = 100_000;

  private record Ban(Instant until, Duration length) {}

  private final InstantSource clock;
  private final Cache<DeviceId, Ban> bans =
      Caffeine.newBuilder().maximumSize(DEVICES_MAX).executor(Runnable::run).build();

  Penalties(InstantSource clock) {
    this.clock = clock;
  }

  /** The device did it. */
  void punish(DeviceId device) {
    Instant now = clock.instant();
    bans.asMap()
        .compute(
            device,
            (_, last) -> {
              boolean again = last != null && now.isBefore(last.until().plus(CLEAN));
              Duration doubled = again ? last.length().multipliedBy(2) : FIRST;
              Duration length = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
              return new Ban(now.plus(length), length);
            });
  }

  /** Whether the device has to stay away. */
  boolean banned(DeviceId device) {
    Ban ban = bans.getIfPresent(device);
    return ban != null && clock.instant().isBefore(ban.until());
  }
}
