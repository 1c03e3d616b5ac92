package io.claviger.server.security;

import io.claviger.core.secret.NewPassword;
import io.claviger.server.http.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id (RFC 9106) with 19 MiB and two passes. One hash takes some tens of milliseconds and that
 * memory, so only as many run at once as there are processors; who waits too long for a turn is
 * told to come back, and memory stays bounded in a storm of log-ins. They run on threads of their
 * own, between which and all others the system divides the processors: on the threads of requests,
 * which share as many threads of the system as there are processors, nothing else would get a turn.
 * What strangers can have hashed at will, such as passwords of dashboards, has a hasher of its own,
 * so that those who log in do not stand in line behind it.
 *
 * <p>Tokens need none of this: they are 160 random bits, which cannot be guessed however fast the
 * digest is.
 */
public final class PasswordHasher {
  private static final int MEMORY_KIB = 19 * 1024;
  private static final int PASSES = 2;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final long TURN_SECONDS_MAX = 5;

  private static final long IDLE_SECONDS = 10;

  private final RandomGenerator random;
  private final Semaphore turns;
  private final ThreadPoolExecutor threads;
  private final String decoy;

  /**
   * Makes a hasher.
   *
   * @param random for salts
   * @param concurrent hashes at once
   */
  public PasswordHasher(RandomGenerator random, int concurrent) {
    this.random = random;
    this.turns = new Semaphore(concurrent, true);
    this.threads =
        new ThreadPoolExecutor(
            concurrent,
            concurrent,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("password-", 0).daemon().factory());
    this.threads.allowCoreThreadTimeOut(true);
    byte[] nothing = new byte[HASH_BYTES];
    random.nextBytes(nothing);
    this.decoy = encode(new byte[SALT_BYTES], nothing);
  }

  /** The hash of a new password with a new salt, in the PHC text form with its parameters. */
  public String hash(NewPassword password) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] secret = password.utf8();
    return encode(salt, inTurn(salt, secret));
  }

  /** The hash of a text that no policy applies to, such as the password of a dashboard. */
  public String hash(String password) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return encode(salt, inTurn(salt, password.getBytes(StandardCharsets.UTF_8)));
  }

  /** Whether a password fits a hash made here. */
  public boolean matches(String hash, String password) {
    String[] parts = hash.split("\\$");
    byte[] salt = Base64.getDecoder().decode(parts[4]);
    byte[] expected = Base64.getDecoder().decode(parts[5]);
    byte[] actual = inTurn(salt, password.getBytes(StandardCharsets.UTF_8));
    return MessageDigest.isEqual(expected, actual);
  }

  /**
   * Takes as long as {@link #matches}: for accounts that do not exist, so that the time does not
   * tell them apart.
   */
  public void takeAsLong(String password) {
    matches(decoy, password);
  }

  private byte[] inTurn(byte[] salt, byte[] secret) {
    try {
      if (!turns.tryAcquire(TURN_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw ApiException.unavailable("Too many passwords at once, try again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiException.unavailable("Shutting down");
    }
    try {
      return threads.submit(() -> argon2(salt, secret)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiException.unavailable("Shutting down");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a password could not be hashed", e.getCause());
    } finally {
      turns.release();
      Arrays.fill(secret, (byte) 0);
    }
  }

  private static byte[] argon2(byte[] salt, byte[] secret) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(MEMORY_KIB)
            .withIterations(PASSES)
            .withParallelism(1)
            .withSalt(salt)
            .build());
    byte[] hash = new byte[HASH_BYTES];
    generator.generateBytes(secret, hash);
    return hash;
  }

  private static String encode(byte[] salt, byte[] hash) {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=1$%s$%s"
        .formatted(MEMORY_KIB, PASSES, base64.encodeToString(salt), base64.encodeToString(hash));
  }
}
