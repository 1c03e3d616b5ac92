package io.claviger.server.http;

import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Names for requests: 8 hexadecimal digits that differ from run to run and 8 that count. They find
 * the log lines of an answer; nobody may rely on them being hard to guess.
 */
final class RequestIds {
  private final String run;
  private final AtomicInteger count = new AtomicInteger();

  RequestIds(RandomGenerator random) {
    run = HexFormat.of().toHexDigits(random.nextInt());
  }

  String next() {
    return run + HexFormat.of().toHexDigits(count.incrementAndGet());
  }
}
