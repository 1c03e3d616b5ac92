package io.claviger.server.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.core.network.IpAddress;
import io.claviger.server.http.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How often something may happen per client address: a bucket of tokens that fills evenly, as many
 * in a minute as it holds. For failed log-ins, so that secrets cannot be tried at speed.
 *
 * <p>An IPv6 client owns a whole /64 and counts as one address (RFC 6177). Clients whose address is
 * not known share one bucket. Memory is bounded: beyond {@value #ADDRESSES_MAX} addresses those
 * seen least are forgotten, which only gives them a full bucket again.
 *
 * <p>Asking and spending are two steps, so that what succeeds costs nothing. Requests at the same
 * moment may all be let in on the last token; the bucket then owes what they spent, at most as much
 * as it holds, and stays shut until it is paid.
 */
public final class RateLimiter {
  /** Addresses remembered at once: some ten megabytes. */
  static final int ADDRESSES_MAX = 100_000;

  private static final double MILLIS_PER_MINUTE = 60_000;

  /** A debt and a full bucket are paid back within this time; then there is nothing to remember. */
  private static final Duration MEMORY = Duration.ofMinutes(2);

  private final int perMinute;
  private final InstantSource clock;
  private final Cache<Key, Bucket> buckets;

  /** Whose bucket: that of an address among the clients of one party. */
  private record Key(String party, Optional<IpAddress> network) {}

  /**
   * The state of a bucket at a time.
   *
   * @param tokens from minus the capacity to the capacity
   */
  private record Bucket(double tokens, Instant at) {}

  /**
   * Makes a limiter with full buckets.
   *
   * @param perMinute tokens of a full bucket, and how many come in a minute; at least 1
   */
  public RateLimiter(int perMinute, InstantSource clock) {
    if (perMinute < 1) {
      throw new IllegalArgumentException("a limit is at least 1 a minute");
    }
    this.perMinute = perMinute;
    this.clock = clock;
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(ADDRESSES_MAX)
            .expireAfterWrite(MEMORY)
            .executor(Runnable::run)
            .build();
  }

  /**
   * Goes on if the address has a token left; takes none.
   *
   * @throws ApiException 429 that says when to come back
   */
  public void check(Optional<IpAddress> address) {
    check("", address);
  }

  /** Whether the address has no token left; for protocols that refuse in their own words. */
  public boolean exhausted(Optional<IpAddress> address) {
    Bucket bucket = buckets.getIfPresent(key("", address));
    return bucket != null && filled(bucket, clock.instant()) < 1;
  }

  /** Takes a token of the address. */
  public void spend(Optional<IpAddress> address) {
    spend("", address);
  }

  /**
   * As {@link #check(Optional)}, for an address that somebody else names.
   *
   * @param party who names it: what one party says costs no other party's clients anything
   */
  public void check(String party, Optional<IpAddress> address) {
    Bucket bucket = buckets.getIfPresent(key(party, address));
    if (bucket == null) {
      return;
    }
    double tokens = filled(bucket, clock.instant());
    if (tokens < 1) {
      double seconds = Math.ceil((1 - tokens) * MILLIS_PER_MINUTE / perMinute / 1000);
      throw ApiException.tooMany(Math.max(1, (long) seconds));
    }
  }

  /** As {@link #spend(Optional)}, for an address that somebody else names. */
  public void spend(String party, Optional<IpAddress> address) {
    Instant now = clock.instant();
    buckets
        .asMap()
        .compute(
            key(party, address),
            (_, bucket) -> {
              double tokens = bucket == null ? perMinute : filled(bucket, now);
              return new Bucket(Math.max(tokens - 1, -perMinute), now);
            });
  }

  private double filled(Bucket bucket, Instant now) {
    long passed = Math.max(0, Duration.between(bucket.at(), now).toMillis());
    return Math.min(perMinute, bucket.tokens() + passed * perMinute / MILLIS_PER_MINUTE);
  }

  private static Key key(String party, Optional<IpAddress> address) {
    return new Key(party, address.map(ip -> ip.isIpv4() ? ip : new IpAddress(ip.high(), 0)));
  }
}
