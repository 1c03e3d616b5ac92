package io.claviger.server.account;

import io.claviger.core.Parsed;
import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.UserId;
import io.claviger.core.secret.NewPassword;
import io.claviger.core.secret.PasswordPolicy;
import io.claviger.server.api.Changes;
import io.claviger.server.security.PasswordHasher;
import io.claviger.server.settings.Settings.Administrator;
import io.claviger.store.Database;
import io.claviger.store.user.PasswordHash;
import io.claviger.store.user.UserProfile;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Makes the first account, when the server starts on a database without any, and others that an
 * operator asks for.
 */
public final class FirstAdministrator {
  private static final String ACTION = "users.post";

  /** Without characters that are easily taken for one another. */
  private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

  /** 20 of 54 characters: 115 bits. */
  private static final int GROUPS = 4;

  private static final int GROUP_LENGTH = 5;

  private final Database database;
  private final UserStore users;
  private final PasswordHasher hasher;
  private final ObjectIdSource ids;
  private final RandomGenerator random;

  public FirstAdministrator(
      Database database, PasswordHasher hasher, ObjectIdSource ids, RandomGenerator random) {
    this.database = database;
    this.users = new UserStore(database);
    this.hasher = hasher;
    this.ids = ids;
    this.random = random;
  }

  /**
   * An account that was just made.
   *
   * @param email to log in with
   * @param generatedPassword to be shown once; empty when the operator has chosen one
   */
  public record Created(String email, Optional<String> generatedPassword) {
    @Override
    public String toString() {
      return "Created[" + email + "]";
    }
  }

  /**
   * Makes the account unless there is one already. Of several nodes that start at once, one makes
   * it.
   *
   * @throws IllegalArgumentException when the password of the settings does not satisfy the policy
   *     (USR-9)
   */
  public Optional<Created> createIfNobody(Administrator administrator) {
    if (!users.isEmpty()) {
      return Optional.empty();
    }
    return create(administrator, ACTION, users::isEmpty);
  }

  /**
   * Makes one more account, whether or not sign-up is open; empty when the address has one already.
   *
   * @throws IllegalArgumentException when the password does not satisfy the policy (USR-9)
   */
  public Optional<Created> createAnother(Administrator administrator) {
    return create(
        administrator,
        "operator.createAccount",
        () -> users.findByEmail(administrator.email()).isEmpty());
  }

  private Optional<Created> create(
      Administrator administrator, String action, BooleanSupplier wanted) {
    String password = administrator.password().orElseGet(this::generate);
    PasswordHash hash = new PasswordHash(hasher.hash(PasswordPolicy.check(password).orThrow()));
    boolean created =
        database.write(transaction -> {
          if (!wanted.getAsBoolean()) {
            return false;
          }
          UserRow user = user(administrator.email(), hash, transaction.now());
          users.insert(transaction, user);
          transaction.record(
              new Change(
                  Actor.system(),
                  action,
                  AccountJson.subject(user),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of(Changes.text(AccountJson.render(user)))));
          return true;
        });
    return created
        ? Optional.of(
            new Created(
                administrator.email(),
                administrator.password().isPresent() ? Optional.empty() : Optional.of(password)))
        : Optional.empty();
  }

  private UserRow user(String email, PasswordHash hash, Instant now) {
    return new UserRow(
        new UserId(ids.next()),
        email,
        false,
        "Administrator",
        "",
        UserProfile.EMPTY,
        hash,
        now,
        Optional.empty(),
        now,
        now);
  }

  /** Drawn again until it has all kinds of characters, which one in a few draws lacks. */
  private String generate() {
    while (true) {
      String password = draw();
      if (PasswordPolicy.check(password) instanceof Parsed.Ok<NewPassword>) {
        return password;
      }
    }
  }

  private String draw() {
    var text = new StringBuilder();
    for (int i = 0; i < GROUPS * GROUP_LENGTH; i++) {
      if (i > 0 && i % GROUP_LENGTH == 0) {
        text.append('-');
      }
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}
