package io.claviger.server;

import io.claviger.core.Parsed;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.account.AccountRelease;
import io.claviger.server.account.AccountRepair;
import io.claviger.server.account.FirstAdministrator;
import io.claviger.server.operator.Operator;
import io.claviger.server.operator.OperatorCommand;
import io.claviger.server.organization.OrganizationRescue;
import io.claviger.server.organization.OrganizationSwitches;
import io.claviger.server.security.InstallationKey;
import io.claviger.server.security.PasswordHasher;
import io.claviger.server.security.SecretBox;
import io.claviger.server.settings.Settings;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.user.SecondFactorStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/** Where the settings say that an installation keeps what is its own. */
final class Installation {
  private Installation() {}

  /** Which database the settings mean. */
  static DatabaseSettings database(Settings settings) {
    return switch (DatabaseSettings.of(settings.databaseUrl(), settings.data())) {
      case Parsed.Ok<DatabaseSettings>(DatabaseSettings found) -> found;
      case Parsed.Rejected<DatabaseSettings>(String reason) ->
          throw new IllegalArgumentException("CLAVIGER_DATABASE_URL " + reason);
    };
  }

  /** Where the secret key is when no setting has it; nowhere beside PostgreSQL. */
  static Optional<Path> keyFile(Settings settings) {
    return settings.databaseUrl().isPresent()
        ? Optional.empty()
        : Optional.of(settings.data().resolve("secret.key"));
  }

  /** What keeps secrets from readers of the database; see {@link InstallationKey}. */
  static Optional<SecretBox> secretBox(Settings settings, Database database, SecureRandom random) {
    return InstallationKey.find(
        settings.secretKey().map(Settings.SecretKey::bytes),
        keyFile(settings),
        new SecondFactorStore(database).fingerprint(),
        random);
  }

  /**
   * Does what an operator commands, in the database, also beside servers that use it.
   *
   * @throws io.claviger.store.StoreUnavailable when the database does not answer or has no tables
   */
  static Operator.Report operate(
      Settings settings, OperatorCommand command, InstantSource clock, SecureRandom random) {
    try (Database database = Database.openBeside(database(settings), clock)) {
      ObjectIdSource ids = new ObjectIdSource(clock, random);
      FirstAdministrator administrators =
          new FirstAdministrator(database, new PasswordHasher(random, 1), ids, random);
      AccountRelease release = new AccountRelease(database, ids);
      return new Operator(
              administrators,
              new AccountRepair(database),
              new OrganizationSwitches(database),
              new OrganizationRescue(database, release),
              release)
          .run(command);
    }
  }
}
