package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.Parsed;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.secret.PasswordPolicy;
import io.claviger.server.account.FirstAdministrator.Created;
import io.claviger.server.security.PasswordHasher;
import io.claviger.server.settings.Settings.Administrator;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.testing.TestDatabases;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The account that is made at the first start. */
class FirstAdministratorTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
  private static final Administrator WITHOUT_PASSWORD =
      new Administrator("root@example.com", Optional.empty());

  @TempDir Path folder;

  private static FirstAdministrator first(Database database, long seed) {
    var random = new Random(seed);
    return new FirstAdministrator(
        database, new PasswordHasher(random, 2), new ObjectIdSource(CLOCK, random), random);
  }

  @Test
  void aPasswordIsMadeOnceAndOpensTheAccount() {
    try (Database database = Database.open(TestDatabases.sqlite(folder), CLOCK)) {
      Created created = first(database, 1).createIfNobody(WITHOUT_PASSWORD).orElseThrow();
      String password = created.generatedPassword().orElseThrow();
      assertThat(PasswordPolicy.check(password)).isInstanceOf(Parsed.Ok.class);
      assertThat(created.toString()).doesNotContain(password);
      UserRow user = new UserStore(database).findByEmail("root@example.com").orElseThrow();
      PasswordHasher hasher = new PasswordHasher(new Random(3), 1);
      assertThat(hasher.matches(user.passwordHash().text(), password)).isTrue();
      assertThat(database.changeLog().page(0, 10)).hasSize(1);

      assertThat(first(database, 2).createIfNobody(WITHOUT_PASSWORD)).isEmpty();
      assertThat(database.changeLog().page(0, 10)).hasSize(1);
    }
  }

  @Test
  void aPasswordOfTheSettingsIsTakenAndNotShown() {
    try (Database database = Database.open(TestDatabases.sqlite(folder), CLOCK)) {
      var weak = new Administrator("root@example.com", Optional.of("weak"));
      assertThatThrownBy(() -> first(database, 1).createIfNobody(weak))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(new UserStore(database).isEmpty()).isTrue();
      var strong = new Administrator("root@example.com", Optional.of("Strong enough 1"));
      assertThat(first(database, 1).createIfNobody(strong))
          .contains(new Created("root@example.com", Optional.empty()));
    }
  }

  @Test
  void twoNodesThatStartAtOnceMakeOneAccount() throws Exception {
    DatabaseSettings settings = TestDatabases.postgres();
    try (Database one = Database.open(settings, CLOCK);
        Database other = Database.open(settings, CLOCK);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Callable<Optional<Created>>> starts =
          List.of(
              () -> first(one, 1).createIfNobody(WITHOUT_PASSWORD),
              () -> first(other, 2).createIfNobody(WITHOUT_PASSWORD));
      List<Created> created = new ArrayList<>();
      for (Future<Optional<Created>> start : threads.invokeAll(starts)) {
        start.get().ifPresent(created::add);
      }
      assertThat(created).hasSize(1);
      UserRow user = new UserStore(one).findByEmail("root@example.com").orElseThrow();
      assertThat(
              new PasswordHasher(new Random(3), 1)
                  .matches(
                      user.passwordHash().text(),
                      created.getFirst().generatedPassword().orElseThrow()))
          .isTrue();
    }
  }
}
