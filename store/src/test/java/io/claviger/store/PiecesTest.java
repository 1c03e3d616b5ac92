package io.claviger.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PiecesTest {
  private static final String ONE = "1".repeat(24);
  private static final String TWO = "2".repeat(24);

  private final Pieces pieces = new Pieces();

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private List<byte[]> taken(List<String> texts) {
    List<byte[]> all = new ArrayList<>();
    for (String text : texts) {
      pieces.take(text).ifPresent(batch -> all.addAll(batch.messages()));
    }
    return all;
  }

  /** Whatever the sizes, what goes in comes out, in texts that NOTIFY takes. */
  @Test
  void whatIsCutIsPutTogetherAgain() {
    Random random = new Random(7);
    for (long batch = 1; batch < 200; batch++) {
      List<byte[]> messages = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        messages.add(bytes(random, random.nextInt(random.nextBoolean() ? 10 : 20_000)));
      }
      List<String> texts = Pieces.cut(ONE, batch, messages);
      assertThat(texts).doesNotHaveDuplicates().allMatch(text -> text.length() < 8_000);
      assertThat(taken(texts)).containsExactlyElementsOf(messages);
    }
    assertThat(pieces.gaps()).isZero();
  }

  @Test
  void nodesDoNotMix() {
    byte[] long1 = bytes(new Random(1), 20_000);
    byte[] long2 = bytes(new Random(2), 20_000);
    List<String> of1 = Pieces.cut(ONE, 1, List.of(long1));
    List<String> of2 = Pieces.cut(TWO, 9, List.of(long2));
    List<String> mixed = new ArrayList<>();
    for (int i = 0; i < of1.size(); i++) {
      mixed.add(of1.get(i));
      mixed.add(of2.get(i));
    }
    assertThat(taken(mixed)).containsExactly(long1, long2);
  }

  /** A sender that does not know whether a batch went out sends it once more. */
  @Test
  void whatComesTwiceCountsOnce() {
    List<String> first = Pieces.cut(ONE, 1, List.of(bytes(new Random(3), 9_000)));
    assertThat(taken(first)).hasSize(1);
    assertThat(taken(first)).isEmpty();
    assertThat(taken(Pieces.cut(ONE, 2, List.of(new byte[1])))).hasSize(1);
    assertThat(taken(first)).isEmpty();
    assertThat(pieces.gaps()).isZero();
  }

  @Test
  void whatIsMissedIsCounted() {
    List<String> half = Pieces.cut(ONE, 5, List.of(bytes(new Random(4), 9_000)));
    assertThat(taken(half.subList(1, 2))).isEmpty();
    assertThat(taken(Pieces.cut(ONE, 6, List.of(new byte[1])))).hasSize(1);
    assertThat(pieces.gaps()).isZero();
    assertThat(taken(Pieces.cut(ONE, 9, List.of(new byte[1])))).hasSize(1);
    assertThat(pieces.gaps()).isEqualTo(2);
    assertThat(taken(Pieces.cut(ONE, 10, List.of(bytes(new Random(5), 9_000))).subList(0, 1)))
        .isEmpty();
    assertThat(taken(Pieces.cut(ONE, 11, List.of(new byte[1])))).hasSize(1);
    assertThat(pieces.gaps()).isEqualTo(3);
  }

  @Test
  void whatMakesNoSenseIsLeftOut() {
    for (String text :
        new String[] {
          "",
          "x",
          ONE,
          ONE + ":1:0:1:***",
          ONE + ":1:0:1:AAAA",
          ONE + ":2:0:1:fwAAAA==",
          ONE + ":3:0:1://///w==",
          ONE + ":4:0:1:A",
          ONE + ":99999999999999999999:0:1:",
          "z".repeat(24) + ":1:0:1:"
        }) {
      assertThat(pieces.take(text)).as(text).isEqualTo(Optional.empty());
    }
    assertThat(taken(Pieces.cut(ONE, 5, List.of(new byte[3])))).hasSize(1);
  }
}
