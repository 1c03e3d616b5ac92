package io.claviger.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrefixTest {
  private static final int SEED = 20_260_330;
  private static final List<Integer> POINTS =
      List.of(
          1, 0x61, 0x62, 0x7f, 0x80, 0x7ff, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10fffe, 0x10ffff);

  /** What begins so lies before the end, what does not and comes later lies behind it. */
  @Test
  void isTheBeginningOfWhatComesAfter() {
    Random random = new Random(SEED);
    int inside = 0;
    for (int i = 0; i < 50_000; i++) {
      String prefix = text(random);
      String other = random.nextInt(3) == 0 ? prefix + text(random) : text(random);
      boolean within =
          compare(other, prefix) >= 0
              && Prefix.end(prefix).map(end -> compare(other, end) < 0).orElse(true);
      assertThat(within)
          .as("seed %d: %s %s", SEED, prefix, other)
          .isEqualTo(other.startsWith(prefix));
      inside += within ? 1 : 0;
    }
    assertThat(inside).isBetween(10_000, 40_000);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.appendCodePoint(POINTS.get(random.nextInt(POINTS.size())));
    }
    return text.toString();
  }

  private static int compare(String left, String right) {
    return Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());
  }
}
