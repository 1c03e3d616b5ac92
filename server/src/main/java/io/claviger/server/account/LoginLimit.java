package io.claviger.server.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.core.network.IpAddress;
import io.claviger.server.http.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How often one client may present a password: so many times at once, and then at an even pace, so
 * many per minute. Asked before any password is hashed, because a hash costs 19 MiB and some tens
 * of milliseconds.
 *
 * <p>A client is an IPv4 address or the upper half of an IPv6 address, since one household has all
 * of the lower half. Clients whose address is not known share one allowance. For each client one
 * number is kept, for a minute: the time at which its allowance is whole again (the "theoretical
 * arrival time" of the generic cell rate algorithm, ITU-T I.371).
 */
final class LoginLimit {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  /** Clients remembered at once, about 10 MB; beyond it the longest unseen is forgotten. */
  private static final int CLIENTS_MAX = 100_000;

  private final long intervalNanos;
  private final InstantSource clock;
  private final Cache<Optional<IpAddress>, Long> wholeAgainAt =
      Caffeine.newBuilder().maximumSize(CLIENTS_MAX).expireAfterWrite(WINDOW).build();

  /**
   * A limit.
   *
   * @param perMinute 1 or more
   */
  LoginLimit(int perMinute, InstantSource clock) {
    this.intervalNanos = WINDOW.toNanos() / perMinute;
    this.clock = clock;
  }

  /**
   * Counts one attempt.
   *
   * @throws ApiException 429 when the client has none left; then nothing is counted
   */
  void count(Optional<IpAddress> address) {
    long now = nanos(clock.instant());
    var excess = new Excess();
    wholeAgainAt
        .asMap()
        .compute(
            client(address),
            (_, wholeAt) -> {
              long before =
                  wholeAt == null ? now : Math.clamp(wholeAt, now, now + WINDOW.toNanos());
              long after = before + intervalNanos;
              excess.nanos = after - now - WINDOW.toNanos();
              return excess.nanos > 0 ? before : after;
            });
    if (excess.nanos > 0) {
      throw ApiException.tooMany(Duration.ofNanos(excess.nanos).plusMillis(999).toSeconds());
    }
  }

  /** What one look at the allowance found. */
  private static final class Excess {
    /** How much too early the attempt came. */
    private long nanos;
  }

  private static Optional<IpAddress> client(Optional<IpAddress> address) {
    return address.map(ip -> ip.isIpv4() ? ip : new IpAddress(ip.high(), 0));
  }

  private static long nanos(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), (long) time.getNano());
  }
}
