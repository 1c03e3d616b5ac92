package io.claviger.core.change;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Links the entries of the change log: the hash of each covers all its fields and the hash of the
 * entry before.
 *
 * <p>The hash is SHA-256 over this encoding, in this order. {@code text} is a 4-byte length and
 * that many bytes of UTF-8; {@code optional} is a byte 0 for absent, or a byte 1 and a text;
 * numbers are big-endian. Every part carries its length, so no two different entries have the same
 * encoding.
 *
 * <pre>
 * text      "claviger/change"      keeps these hashes apart from every other use of SHA-256
 * byte      1 or 2                 version of this encoding: 2 with the last line, 1 without
 * 8 bytes   sequence
 * 8 bytes   time, milliseconds since 1970-01-01T00:00:00Z
 * 32 bytes  hash of the entry before
 * text      actor type (wire name), actor id, actor name
 * optional  actor's user id
 * text      action
 * text      subject type (wire name), subject id, subject name
 * optional  organization id, application id, before, after
 * text      account id             when there is one
 * </pre>
 *
 * <p>The genesis hash, which the first entry follows, is SHA-256 over the text {@code
 * "claviger/change/genesis"} and the version byte.
 */
public final class HashChain {
  private static final byte VERSION = 1;
  private static final byte VERSION_WITH_ACCOUNT = 2;
  private static final ChainHead GENESIS =
      new ChainHead(
          0,
          digest(out -> {
            text(out, "claviger/change/genesis");
            out.writeByte(VERSION);
          }));

  private HashChain() {}

  /** The end of the empty chain. */
  public static ChainHead genesis() {
    return GENESIS;
  }

  /**
   * The entry that follows.
   *
   * @param previous the end of the chain so far
   * @param change what was done; kept {@linkplain Change#wellFormed() well formed}
   * @param time when; cut to the millisecond. Need not be later than the entry before: clocks are
   *     set back
   */
  public static ChangeEntry next(ChainHead previous, Change change, Instant time) {
    long sequence = Math.addExact(previous.sequence(), 1);
    Instant millis = time.truncatedTo(ChronoUnit.MILLIS);
    Change kept = change.wellFormed();
    return new ChangeEntry(
        sequence, millis, kept, previous.hash(), hash(sequence, millis, kept, previous.hash()));
  }

  /** Checks a whole chain from its first entry on. */
  public static Verification verify(Iterable<ChangeEntry> entries) {
    var verifier = new Verifier();
    for (ChangeEntry entry : entries) {
      Optional<Verification.Broken> broken = verifier.accept(entry);
      if (broken.isPresent()) {
        return broken.get();
      }
    }
    return new Verification.Intact(verifier.head().sequence(), verifier.head());
  }

  /** Checks a chain entry by entry, for a log too long to hold. Not for several threads. */
  public static final class Verifier {
    private ChainHead head;

    /** A check that starts before the first entry. */
    public Verifier() {
      this(GENESIS);
    }

    /** A check that starts behind an entry that is taken for true. */
    public Verifier(ChainHead start) {
      this.head = start;
    }

    /** The end of what was found intact so far. */
    public ChainHead head() {
      return head;
    }

    /** Checks the next entry; after a break the result means nothing. */
    public Optional<Verification.Broken> accept(ChangeEntry entry) {
      long expected = head.sequence() + 1;
      Optional<String> fault = fault(entry, expected);
      if (fault.isEmpty()) {
        head = entry.head();
      }
      return fault.map(reason -> new Verification.Broken(expected, reason));
    }

    private Optional<String> fault(ChangeEntry entry, long expected) {
      if (entry.sequence() != expected) {
        return Optional.of("entry " + entry.sequence() + " stands where it should be");
      }
      if (!entry.previousHash().equals(head.hash())) {
        return Optional.of("it does not follow the entry before");
      }
      if (!isCanonical(entry)) {
        return Optional.of("it holds what cannot have been recorded");
      }
      if (!entry.hash().equals(hashOf(entry))) {
        return Optional.of("its content does not match its hash");
      }
      return Optional.empty();
    }
  }

  /** Other times and texts would share an encoding with the ones they are rounded to. */
  private static boolean isCanonical(ChangeEntry entry) {
    return entry.time().equals(entry.time().truncatedTo(ChronoUnit.MILLIS))
        && entry.change().equals(entry.change().wellFormed());
  }

  private static ChainHash hashOf(ChangeEntry entry) {
    return hash(entry.sequence(), entry.time(), entry.change(), entry.previousHash());
  }

  private static ChainHash hash(long sequence, Instant time, Change change, ChainHash previous) {
    return digest(out -> {
      Optional<String> account = change.accountId();
      text(out, "claviger/change");
      out.writeByte(account.isPresent() ? VERSION_WITH_ACCOUNT : VERSION);
      out.writeLong(sequence);
      out.writeLong(time.toEpochMilli());
      out.write(previous.toBytes());
      text(out, change.actor().type().wireName());
      text(out, change.actor().id());
      text(out, change.actor().name());
      optional(out, change.actor().userId());
      text(out, change.action());
      text(out, change.subject().type().wireName());
      text(out, change.subject().id());
      text(out, change.subject().name());
      optional(out, change.organizationId());
      optional(out, change.applicationId());
      optional(out, change.before());
      optional(out, change.after());
      if (account.isPresent()) {
        text(out, account.get());
      }
    });
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void optional(DataOutputStream out, Optional<String> text) throws IOException {
    out.writeByte(text.isPresent() ? 1 : 0);
    if (text.isPresent()) {
      text(out, text.get());
    }
  }

  private static ChainHash digest(Encoder encoder) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      encoder.encode(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    try {
      return ChainHash.ofBytes(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  @FunctionalInterface
  private interface Encoder {
    void encode(DataOutputStream out) throws IOException;
  }
}
