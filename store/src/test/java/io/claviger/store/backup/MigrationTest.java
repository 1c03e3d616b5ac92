package io.claviger.store.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.Verification;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.secret.Digest;
import io.claviger.core.secret.TokenKind;
import io.claviger.store.ChangeLogCheck;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.facts.SqlFacts;
import io.claviger.store.facts.StoredCredential;
import io.claviger.store.testing.TestDatabases;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an earlier release kept is what this one finds: {@code release-0.1.jsonl} was written by
 * that release, with a row in every table it filled.
 */
class MigrationTest {
  private static final OrganizationId ORGANIZATION = new OrganizationId("6b02c117879fc61a3f000001");
  private static final ApplicationId APPLICATION = new ApplicationId("6b02c118879fc61a3f000000");
  private static final DeviceId GATEWAY = new DeviceId("6b02c119879fc61a3f000000");
  private static final String USER_TOKEN = "cvu_JQqac7sS2CFczsweJm01FcbH7SR3JyPHk";
  private static final String APPLICATION_TOKEN = "cva_LzuyxDh26DigEZz8gdUsc0GUkbk4a3OE7";
  private static final String INACTIVE_TOKEN = "cva_I2cflCumzeWz3B5TdGmQLGD2fic2gujze";
  private static final String KEY = "6e9fe3f6-b082-4258-8913-b02508f8522a";

  @TempDir Path folder;

  @Test
  void sqlite() throws IOException {
    check(TestDatabases.sqlite(folder));
  }

  @Test
  void postgres() throws IOException {
    check(TestDatabases.postgres());
  }

  private void check(DatabaseSettings settings) throws IOException {
    Path file = folder.resolve("release");
    try (InputStream lines =
            Objects.requireNonNull(getClass().getResourceAsStream("release-0.1.jsonl"));
        var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      lines.transferTo(out);
    }

    assertThat(Backup.restore(settings, file).schema()).isEqualTo("3");

    assertThat(ChangeLogCheck.verify(settings)).isInstanceOf(Verification.Intact.class);
    try (Database database = Database.open(settings, InstantSource.system())) {
      checkFacts(new SqlFacts(database, Catalogue.standard()));
    }
    // As many rows as there were: nothing was lost on the way, and nothing came twice.
    assertThat(Backup.write(settings, folder.resolve("again"), InstantSource.system()).rows())
        .isGreaterThanOrEqualTo(58);
  }

  private static void checkFacts(SqlFacts facts) {
    Resource application =
        new Resource.Application(new Owner.Organization(ORGANIZATION), APPLICATION);
    assertThat(facts.presented(TokenKind.USER, Digest.of(USER_TOKEN)))
        .hasValueSatisfying(stored -> {
          assertThat(stored).isInstanceOf(StoredCredential.OfUser.class);
          var credential = ((StoredCredential.OfUser) stored).credential();
          assertThat(credential.cap().over(application)).isEqualTo(Role.VIEW);
          assertThat(facts.granted(ORGANIZATION, credential.user()).over(application))
              .isEqualTo(Role.ADMIN);
          assertThat(facts.user(credential.user())).isPresent();
        });
    assertThat(status(facts, APPLICATION_TOKEN)).isEqualTo(CredentialStatus.ACTIVE);
    assertThat(status(facts, INACTIVE_TOKEN)).isEqualTo(CredentialStatus.INACTIVE);
    assertThat(facts.accessKey(KEY).flatMap(facts::accessKey))
        .hasValueSatisfying(key -> {
          assertThat(key.application()).isEqualTo(APPLICATION);
          assertThat(facts.device(GATEWAY).filter(key.devices()::selects)).isPresent();
        });
  }

  private static CredentialStatus status(SqlFacts facts, String token) {
    var stored = facts.presented(TokenKind.APPLICATION, Digest.of(token)).orElseThrow();
    return ((StoredCredential.OfApplication) stored).token().validity().status();
  }
}
