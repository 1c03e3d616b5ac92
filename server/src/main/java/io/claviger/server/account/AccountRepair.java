package io.claviger.server.account;

import io.claviger.core.change.Actor;
import io.claviger.core.id.UserId;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.user.LoginFailureStore;
import io.claviger.store.user.SecondFactorStore;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.util.Optional;

/** What an operator does for people who cannot log in. The log names the system as who did it. */
public final class AccountRepair {
  private final Database database;
  private final UserStore users;
  private final LoginFailureStore failures;
  private final SecondFactorStore factors;

  public AccountRepair(Database database) {
    this.database = database;
    this.users = new UserStore(database);
    this.failures = new LoginFailureStore(database);
    this.factors = new SecondFactorStore(database);
  }

  /**
   * Ends the lock after failed log-ins, and that after too many wrong codes; false without an
   * account.
   */
  public boolean unlock(String email) {
    return database.write(transaction -> {
      failures.remove(transaction, email);
      Optional<UserRow> user = users.findByEmail(email);
      user.ifPresent(found -> {
        factors.forgetWrong(transaction, found.id());
        record(transaction, "operator.unlock", found, found);
      });
      return user.isPresent();
    });
  }

  /** Takes the second factor of an account away; how many there were, 0 or 1. */
  public int resetTwoFactor(String email) {
    return database.write(
        transaction -> users.findByEmail(email).map(user -> reset(transaction, user)).orElse(0));
  }

  /**
   * Takes all second factors away, and with them what ties the database to its secret key; how many
   * there were.
   */
  public int resetTwoFactorOfAll() {
    return database.write(transaction -> {
      int count = 0;
      for (UserId id : factors.users()) {
        count += users.find(id).map(user -> reset(transaction, user)).orElse(0);
      }
      return count;
    });
  }

  private int reset(Transaction transaction, UserRow before) {
    factors.remove(transaction, before.id());
    if (!before.twoFactor()) {
      return 0;
    }
    UserRow after = before.withTwoFactor(false, transaction.now());
    users.update(transaction, after);
    record(transaction, "operator.resetTwoFactor", before, after);
    return 1;
  }

  private void record(Transaction transaction, String action, UserRow before, UserRow after) {
    transaction.record(AccountChanges.of(Actor.system(), action, before, after));
  }
}
