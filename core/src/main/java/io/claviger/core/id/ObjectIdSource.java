package io.claviger.core.id;

import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Hands out new object ids: 4 bytes of seconds since 1970, 5 random bytes that stay the same for
 * the life of the source, 3 bytes of a counter; 24 lower-case hexadecimal digits. Safe for use by
 * many threads.
 *
 * <p>Ids of one source are unique and strictly ascending. Ids name objects; they are not secret and
 * can be guessed.
 */
public final class ObjectIdSource {
  private static final int COUNTER_BITS = 24;
  private static final int PROCESS_BITS = 40;

  private final InstantSource clock;
  private final long process;

  // Seconds and counter in one number. It only ever grows: when a second has used up its counter,
  // or
  // the clock was set back, the carry borrows from the seconds to come instead of repeating an id.
  private final AtomicLong last = new AtomicLong();

  /**
   * Creates a source.
   *
   * @param clock gives the seconds
   * @param random gives the 5 bytes that tell processes apart; used only here
   */
  public ObjectIdSource(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.process = random.nextLong() >>> (Long.SIZE - PROCESS_BITS);
  }

  /** A new id. */
  public String next() {
    long secondStart = clock.instant().getEpochSecond() << COUNTER_BITS;
    long mine = last.updateAndGet(previous -> Math.max(previous + 1, secondStart));
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(mine >>> COUNTER_BITS, 8)
        + hex.toHexDigits(process, 10)
        + hex.toHexDigits(mine, 6);
  }
}
