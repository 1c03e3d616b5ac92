package io.claviger.store;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Messages as texts short enough for PostgreSQL's NOTIFY, and back. Many messages make a batch, a
 * batch is cut into pieces, and each piece says whose it is, of which batch, and its place there:
 * {@code node:batch:place:count:base64}. So no two pieces are alike, which NOTIFY would make one.
 */
final class Pieces {
  /** Bytes of a piece: in Base64 and with what stands before it, less than the 8000 of NOTIFY. */
  private static final int PIECE = 5_850;

  /** Bytes of a batch that is believed: what one node sends at once, and the longest message. */
  static final int BATCH_MAX = 32 << 20;

  /** Nodes that are listened to at once. */
  private static final int NODES_MAX = 1_000;

  private static final Pattern TEXT =
      Pattern.compile("([0-9a-f]{24}):([0-9]{1,18}):([0-9]{1,5}):([0-9]{1,5}):([A-Za-z0-9+/=]*)");

  /** What a node has sent of its current batch. */
  private static final class Unfinished {
    private long batch;
    private int next;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  }

  private final Map<String, Unfinished> unfinished = new HashMap<>();
  private long gaps;

  /** The texts of a batch, in their order. */
  static List<String> cut(String node, long batch, List<byte[]> messages) {
    byte[] all = joined(messages);
    int count = Math.max(1, Math.ceilDiv(all.length, PIECE));
    List<String> pieces = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] part = Arrays.copyOfRange(all, i * PIECE, Math.min(all.length, (i + 1) * PIECE));
      pieces.add(
          node
              + ':'
              + batch
              + ':'
              + i
              + ':'
              + count
              + ':'
              + Base64.getEncoder().encodeToString(part));
    }
    return pieces;
  }

  private static byte[] joined(List<byte[]> messages) {
    ByteBuffer all =
        ByteBuffer.allocate(
            messages.stream().mapToInt(message -> Integer.BYTES + message.length).sum());
    messages.forEach(message -> all.putInt(message.length).put(message));
    return all.array();
  }

  /**
   * A batch that is complete.
   *
   * @param node who has sent it
   */
  record Batch(String node, List<byte[]> messages) {}

  /** Takes a text; the batch that it completes, if it does. What makes no sense is left out. */
  Optional<Batch> take(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String node = matcher.group(1);
    long batch = Long.parseLong(matcher.group(2));
    int place = Integer.parseInt(matcher.group(3));
    int count = Integer.parseInt(matcher.group(4));
    Unfinished state = unfinished.get(node);
    if (state == null) {
      if (unfinished.size() >= NODES_MAX) {
        unfinished.clear();
      }
      state = new Unfinished();
      // The first batch that is heard of; what was before was not for this node.
      state.batch = place == 0 ? batch - 1 : batch;
      state.next = Integer.MAX_VALUE;
      unfinished.put(node, state);
    }
    if (place == 0 && batch > state.batch) {
      gaps += batch - state.batch - 1 + (state.next == Integer.MAX_VALUE ? 0 : 1);
      state.batch = batch;
      state.next = 0;
      state.bytes.reset();
    }
    if (batch != state.batch || place != state.next) {
      // Sent once more, because its sender could not know that it had arrived.
      return Optional.empty();
    }
    return add(node, state, matcher.group(5), count);
  }

  private Optional<Batch> add(String node, Unfinished state, String base64, int count) {
    try {
      state.bytes.writeBytes(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException _) {
      state.next = Integer.MAX_VALUE;
      return Optional.empty();
    }
    state.next++;
    if (state.next < count && state.bytes.size() <= BATCH_MAX) {
      return Optional.empty();
    }
    boolean whole = state.next >= count;
    state.next = Integer.MAX_VALUE;
    byte[] all = state.bytes.toByteArray();
    state.bytes.reset();
    return whole ? messages(all).map(list -> new Batch(node, list)) : Optional.empty();
  }

  private static Optional<List<byte[]>> messages(byte[] all) {
    ByteBuffer buffer = ByteBuffer.wrap(all);
    List<byte[]> messages = new ArrayList<>();
    while (buffer.remaining() >= Integer.BYTES) {
      int length = buffer.getInt();
      if (length < 0 || length > buffer.remaining()) {
        return Optional.empty();
      }
      byte[] message = new byte[length];
      buffer.get(message);
      messages.add(message);
    }
    return buffer.hasRemaining() ? Optional.empty() : Optional.of(messages);
  }

  /** Batches that did not arrive, or not whole. */
  long gaps() {
    return gaps;
  }
}
