package io.claviger.server.dashboard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.core.secret.Digest;
import io.claviger.server.access.Places.DashboardSecret;
import io.claviger.server.security.PasswordHasher;
import io.claviger.server.security.RateLimiter;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Whether a password opens a dashboard. Wrong ones are limited for each address, whatever dashboard
 * they are tried on. Where there is nothing to fit they take as long and count as much, so that
 * nobody learns which dashboards have a password or exist.
 *
 * <p>Hashing is slow on purpose, and a page that is embedded somewhere sends the same right
 * password for each of its viewers, so right ones are remembered for some minutes. A new password
 * has a new hash and is not among them.
 */
public final class DashboardPasswords implements Predicate<DashboardSecret> {
  /** As in the API document; nothing longer was ever accepted as a password. */
  private static final int LENGTH_MAX = 2048;

  private static final int REMEMBERED_MAX = 10_000;
  private static final Duration REMEMBERED_FOR = Duration.ofMinutes(10);

  private final PasswordHasher hasher;
  private final RateLimiter limiter;
  private final Cache<Digest, Boolean> right =
      Caffeine.newBuilder()
          .maximumSize(REMEMBERED_MAX)
          .expireAfterWrite(REMEMBERED_FOR)
          .executor(Runnable::run)
          .build();

  public DashboardPasswords(PasswordHasher hasher, RateLimiter limiter) {
    this.hasher = hasher;
    this.limiter = limiter;
  }

  /**
   * Tries a password.
   *
   * @throws io.claviger.server.http.ApiException 429 after too many wrong ones
   */
  @Override
  public boolean test(DashboardSecret secret) {
    limiter.check(secret.given().from());
    boolean fits = secret.given().text().length() <= LENGTH_MAX && fits(secret);
    if (!fits) {
      limiter.spend(secret.given().from());
    }
    return fits;
  }

  private boolean fits(DashboardSecret secret) {
    String password = secret.given().text();
    if (secret.hash().isEmpty()) {
      hasher.takeAsLong(password);
      return false;
    }
    // The hash has a fixed alphabet without a blank, so the two cannot run into each other.
    Digest key = Digest.of(secret.hash().get() + " " + password);
    if (right.getIfPresent(key) != null) {
      return true;
    }
    boolean fits = hasher.matches(secret.hash().get(), password);
    if (fits) {
      right.put(key, true);
    }
    return fits;
  }
}
