package io.claviger.server.account;

import io.claviger.core.Parsed;
import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.id.UserId;
import io.claviger.core.secret.Base32;
import io.claviger.core.secret.Digest;
import io.claviger.core.secret.RecoveryCode;
import io.claviger.core.secret.Totp;
import io.claviger.server.api.Changes;
import io.claviger.server.http.ApiException;
import io.claviger.server.security.SecretBox;
import io.claviger.store.Transaction;
import io.claviger.store.user.SealedKey;
import io.claviger.store.user.SecondFactorRow;
import io.claviger.store.user.SecondFactorStore;
import io.claviger.store.user.UserRow;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.ObjectNode;

/**
 * Second factors of accounts (USR-4, USR-15): keys that are shared with an authenticator app, and
 * recovery codes for when it is lost. Everything that changes or uses one runs inside a write, so a
 * code works once however many requests present it at the same moment, on whatever node.
 */
final class SecondFactors {
  /**
   * So many wrong codes since the last right one, and codes are not looked at any more (NIST SP
   * 800-63B section 5.2.2): whoever knows the password could try them for years otherwise.
   */
  static final int WRONG_CODES_MAX = 100;

  /** How long a key that was shown can be put in force. */
  static final Duration OFFER_LIFETIME = Duration.ofHours(1);

  private static final int RECOVERY_CODES = 10;

  /** The action in the log when a recovery code was used, beside that for which it was used. */
  private static final String RECOVERY = "me.useRecoveryCode";

  /** 52 characters in base 32 (USR-15). */
  private static final int KEY_BYTES = 32;

  private final SecondFactorStore store;
  private final Optional<SecretBox> box;
  private final RandomGenerator random;

  /**
   * Second factors.
   *
   * @param box for the keys; empty when this installation has no secret key
   */
  SecondFactors(SecondFactorStore store, Optional<SecretBox> box, RandomGenerator random) {
    this.store = store;
    this.box = box;
    this.random = random;
  }

  /** What became of a code. */
  enum Verdict {
    /** It was right, or none is needed. Using it again is {@link #WRONG}. */
    ACCEPTED,
    /** One is needed and none was given. */
    MISSING,
    /** It was wrong, or used before. */
    WRONG,
    /** There were too many wrong ones to look at another; a recovery code is still looked at. */
    EXHAUSTED
  }

  /**
   * Looks at the code that came with a password. An empty one is none (USR-3). What it writes must
   * be committed whatever the verdict.
   */
  Verdict verify(Transaction transaction, UserRow user, Optional<String> given) {
    String code = given.orElse("").strip();
    if (!user.twoFactor()) {
      return Verdict.ACCEPTED;
    }
    if (code.isEmpty()) {
      return Verdict.MISSING;
    }
    if (RecoveryCode.parse(code) instanceof Parsed.Ok<Digest>(Digest digest)) {
      return recover(transaction, user, digest);
    }
    SecondFactorRow row = store.find(user.id()).orElseThrow(() -> incomplete(user.id()));
    if (row.wrongCodes() >= WRONG_CODES_MAX) {
      return Verdict.EXHAUSTED;
    }
    byte[] key = open(row.key().orElseThrow(() -> incomplete(user.id())), user.id());
    OptionalLong step = Totp.accept(key, digits(code), transaction.now(), row.lastStep());
    if (step.isEmpty()) {
      return wrong(transaction, user.id());
    }
    store.accepted(transaction, user.id(), step.getAsLong());
    return Verdict.ACCEPTED;
  }

  /** Worth an entry of the log: it should be rare, and the owner may want to know. */
  private Verdict recover(Transaction transaction, UserRow user, Digest code) {
    if (!store.useRecoveryCode(transaction, user.id(), code)) {
      return wrong(transaction, user.id());
    }
    ObjectNode left =
        AccountJson.render(user).put("recoveryCodesLeft", store.recoveryCodes(user.id()));
    transaction.record(
        new Change(
            Actor.user(user.id().text(), user.fullName()),
            RECOVERY,
            AccountJson.subject(user),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Changes.text(left))));
    return Verdict.ACCEPTED;
  }

  private Verdict wrong(Transaction transaction, UserId user) {
    store.wrong(transaction, user);
    return Verdict.WRONG;
  }

  /** Apps show a code in two groups, and so people type it. */
  private static String digits(String code) {
    return code.replace(" ", "");
  }

  /** Must not be taken for "no second factor". */
  private static IllegalStateException incomplete(UserId user) {
    return new IllegalStateException("the second factor of " + user.text() + " has no key");
  }

  /** Makes a key to be shown to the user; it is not in force yet. */
  String offer(Transaction transaction, UserRow user) {
    requireNone(user);
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    SecretBox present = box();
    if (store.fingerprint().filter(other -> !other.equals(present.fingerprint())).isPresent()) {
      throw ApiException.unavailable(
          "This node has another CLAVIGER_SECRET_KEY than those before it");
    }
    store.putFingerprint(transaction, present.fingerprint());
    store.offer(transaction, user.id(), new SealedKey(present.seal(key, context(user.id()))));
    return Base32.encode(key);
  }

  /**
   * Puts the key that was offered last in force.
   *
   * @param given the key as the client has it, if it says so
   * @return recovery codes, to be shown once
   * @throws ApiException 400 when the key is not the one that was offered, or the code not its code
   */
  List<RecoveryCode.Issued> enable(
      Transaction transaction, UserRow user, Optional<String> given, String code) {
    requireNone(user);
    SecondFactorRow.Offer offer =
        store
            .find(user.id())
            .flatMap(SecondFactorRow::offer)
            .filter(it -> transaction.now().isBefore(it.at().plus(OFFER_LIFETIME)))
            .orElseThrow(() -> keyRefused("is not offered: ask for a key first"));
    byte[] key = open(offer.key(), user.id());
    if (given.isPresent() && !same(given.get().toUpperCase(Locale.ROOT), Base32.encode(key))) {
      throw keyRefused("is not the key that was offered last");
    }
    OptionalLong step = Totp.accept(key, digits(code), transaction.now(), Long.MIN_VALUE);
    if (step.isEmpty()) {
      throw ApiException.validation("twoFactorCode", "is not a code of this key at this time");
    }
    List<RecoveryCode.Issued> codes = new ArrayList<>();
    for (int i = 0; i < RECOVERY_CODES; i++) {
      codes.add(RecoveryCode.issue(random));
    }
    store.enable(
        transaction,
        user.id(),
        step.getAsLong(),
        codes.stream().map(RecoveryCode.Issued::digest).toList());
    return codes;
  }

  private static ApiException keyRefused(String reason) {
    return ApiException.validation("twoFactorAuthKey", reason);
  }

  private static void requireNone(UserRow user) {
    if (user.twoFactor()) {
      throw ApiException.badRequest(
          "Two-factor authentication is enabled already: disable it first");
    }
  }

  /** Forgets key and recovery codes. */
  void remove(Transaction transaction, UserRow user) {
    store.remove(transaction, user.id());
  }

  private byte[] open(SealedKey key, UserId user) {
    return box().open(key.toBytes(), context(user));
  }

  private SecretBox box() {
    return box.orElseThrow(() ->
        ApiException.unavailable(
            "Second factors need the setting CLAVIGER_SECRET_KEY on this server"));
  }

  private static String context(UserId user) {
    return "second factor of " + user.text();
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
