package io.claviger.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import io.claviger.core.network.IpAddress;
import io.claviger.core.network.TrustedProxies;
import io.claviger.server.http.HttpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings: what they are when nothing is said, every one of them, and every way to be wrong. */
class SettingsReaderTest {
  private static Settings read(Map<String, String> environment) {
    return SettingsReader.read(Map.of(), environment).orThrow();
  }

  private static String rejection(Map<String, String> environment) {
    return SettingsReader.read(Map.of(), environment) instanceof Parsed.Rejected<Settings>(var text)
        ? text
        : "accepted";
  }

  @Test
  void defaults() {
    Settings settings = read(Map.of());
    assertThat(settings.api()).isEqualTo(new HttpAddress("127.0.0.1", 8080));
    assertThat(settings.management()).isEqualTo(new HttpAddress("127.0.0.1", 8081));
    assertThat(settings.data()).isEqualTo(Path.of("./data"));
    assertThat(settings.databaseUrl()).isEmpty();
    assertThat(settings.publicUrl()).isEmpty();
    assertThat(settings.administrator())
        .isEqualTo(new Settings.Administrator("admin@localhost.localdomain", Optional.empty()));
    assertThat(settings.proxies()).isEqualTo(TrustedProxies.parse("127.0.0.0/8, ::1").orThrow());
    assertThat(settings.loginLimit()).isEqualTo(30);
    assertThat(settings.signUp()).isTrue();
    assertThat(settings.queryTime()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.limits().apiTokens()).isEqualTo(1_000_000);
    assertThat(settings.limits().sandbox())
        .isEqualTo(new ResourceLimits.Sandbox(100, 100_000, 1_000, 100_000));
    assertThat(settings.stateRetention()).hasDays(30);
    assertThat(settings.changeLogRetention()).hasDays(365);
  }

  @Test
  void everySetting() {
    Map<String, String> all = new HashMap<>();
    all.put("CLAVIGER_HTTP_HOST", "0.0.0.0");
    all.put("CLAVIGER_HTTP_PORT", "1");
    all.put("CLAVIGER_MANAGEMENT_HOST", "::1");
    all.put("CLAVIGER_MANAGEMENT_PORT", "65535");
    all.put("CLAVIGER_DATA", " /var/lib/claviger ");
    all.put("CLAVIGER_DATABASE_URL", "jdbc:postgresql://db/claviger");
    all.put("CLAVIGER_PUBLIC_URL", "https://keys.example.com/");
    all.put("CLAVIGER_ADMIN_EMAIL", "root@example.com");
    all.put("CLAVIGER_ADMIN_PASSWORD", "Blank at the end 1 ");
    all.put("CLAVIGER_TRUSTED_PROXIES", "10.0.0.0/8");
    all.put("CLAVIGER_LOGIN_LIMIT", "7");
    all.put("CLAVIGER_SIGN_UP", "false");
    all.put("CLAVIGER_QUERY_MILLIS", "250");
    all.put("CLAVIGER_STATE_RETENTION_DAYS", "7");
    all.put("CLAVIGER_CHANGE_LOG_DAYS", "0");
    all.put("CLAVIGER_LIMIT_API_TOKENS", "1");
    all.put("CLAVIGER_LIMIT_APPLICATIONS", "2");
    all.put("CLAVIGER_LIMIT_APPLICATION_KEYS", "3");
    all.put("CLAVIGER_LIMIT_DASHBOARDS", "4");
    all.put("CLAVIGER_LIMIT_DEVICES", "5");
    all.put("CLAVIGER_LIMIT_EVENTS", "9");
    all.put("CLAVIGER_LIMIT_MEMBERS", "6");
    all.put("CLAVIGER_LIMIT_ORGANIZATIONS", "0");
    all.put("CLAVIGER_LIMIT_SANDBOX_APPLICATIONS", "1");
    all.put("CLAVIGER_LIMIT_SANDBOX_APPLICATION_KEYS", "2");
    all.put("CLAVIGER_LIMIT_SANDBOX_DASHBOARDS", "3");
    all.put("CLAVIGER_LIMIT_SANDBOX_DEVICES", "4");
    all.put("CLAVIGER_LOG_LEVEL", "DEBUG");
    all.put("CLAVIGER_JAVA_OPTIONS", "-Xmx1g");
    all.put("CLAVIGER_CONFIG", "elsewhere.properties");
    all.put("PATH", "/bin");

    Settings settings = read(all);

    assertThat(settings.api()).isEqualTo(new HttpAddress("0.0.0.0", 1));
    assertThat(settings.management()).isEqualTo(new HttpAddress("::1", 65535));
    assertThat(settings.data()).isEqualTo(Path.of("/var/lib/claviger"));
    assertThat(settings.databaseUrl()).contains("jdbc:postgresql://db/claviger");
    assertThat(settings.publicUrl()).contains("https://keys.example.com");
    assertThat(settings.administrator())
        .isEqualTo(
            new Settings.Administrator("root@example.com", Optional.of("Blank at the end 1 ")));
    assertThat(settings.proxies().contains(IpAddress.parse("10.1.2.3").orThrow())).isTrue();
    assertThat(settings.proxies().contains(IpAddress.parse("127.0.0.1").orThrow())).isFalse();
    assertThat(settings.loginLimit()).isEqualTo(7);
    assertThat(settings.signUp()).isFalse();
    assertThat(settings.limits())
        .isEqualTo(
            new ResourceLimits(1, 2, 3, 4, 5, 9, 6, 0, 25, new ResourceLimits.Sandbox(1, 2, 3, 4)));
    assertThat(settings.queryTime()).isEqualTo(Duration.ofMillis(250));
    assertThat(settings.stateRetention()).hasDays(7);
    assertThat(settings.changeLogRetention()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CLAVIGER_HTTP_PORT       | 65536           | must be a whole number from 0 to 65535
          CLAVIGER_HTTP_PORT       | -1              | must be a whole number from 0 to 65535
          CLAVIGER_HTTP_PORT       | http            | must be a whole number from 0 to 65535
          CLAVIGER_MANAGEMENT_PORT | 1.5             | must be a whole number from 0 to 65535
          CLAVIGER_DATABASE_URL    | jdbc:h2:mem     | must begin with jdbc:postgresql:
          CLAVIGER_PUBLIC_URL      | keys.example    | must be a URL like https://keys.example.com
          CLAVIGER_PUBLIC_URL      | ftp://a.example | must be a URL like https://keys.example.com
          CLAVIGER_SECRET_KEY      | 00ff            | must be 32 bytes in hexadecimal or base 64
          CLAVIGER_MAIL_FROM       | us              | must be an e-mail address
          CLAVIGER_VERIFY_EMAIL    | yes             | must be true or false
          CLAVIGER_SMTP_URL        | mail.example    | must be a URL like smtp://user:password@mail.example.com:587 or smtps://mail.example.com
          CLAVIGER_SMTP_URL        | smtp://a/b      | must be a URL like smtp://user:password@mail.example.com:587 or smtps://mail.example.com
          CLAVIGER_SMTP_URL        | http://a        | must be a URL like smtp://user:password@mail.example.com:587 or smtps://mail.example.com
          CLAVIGER_SMTP_URL        | smtp://a?tls=no | may end in ?starttls=required or ?starttls=off and nothing else
          CLAVIGER_SMTP_URL        | smtps://a?starttls=off | may end in ?starttls=required or ?starttls=off and nothing else
          CLAVIGER_SMTP_URL        | smtp://mail.a   | needs CLAVIGER_PUBLIC_URL: links in messages begin with it
          CLAVIGER_PUBLIC_URL      | https://        | must be a URL like https://keys.example.com
          CLAVIGER_PUBLIC_URL      | https://a/?b    | must be a URL like https://keys.example.com
          CLAVIGER_ADMIN_EMAIL     | admin           | must be an e-mail address
          CLAVIGER_ADMIN_PASSWORD  | nodigitnoupper! | must have at least an upper-case letter, a digit
          CLAVIGER_TRUSTED_PROXIES | 10.0.0.0/99     | element 1
          CLAVIGER_LOGIN_LIMIT     | 0               | must be a whole number from 1 to 1000000
          CLAVIGER_QUERY_MILLIS    | 0               | must be a whole number from 1 to 600000
          CLAVIGER_SIGN_UP         | yes             | must be true or false
          CLAVIGER_CHANGE_LOG_DAYS | -1              | must be a whole number from 0 to 36500
          CLAVIGER_STATE_RETENTION_DAYS | 0          | must be a whole number from 1 to 3650
          CLAVIGER_LIMIT_DEVICES   | -1              | must be a whole number from 0 to 2147483647
          CLAVIGER_LOG_LEVEL       | LOUD            | must be one of ERROR, WARN, INFO, DEBUG, TRACE
          CLAVIGER_MANAGEMENT_PORT | 8080            | must be another port than CLAVIGER_HTTP_PORT
          CLAVIGER_MQTT_WS_PORT    | 1883            | must be another port than CLAVIGER_MQTT_PORT
          CLAVIGER_HTTP_PROT       | 80              | is not a setting; known are CLAVIGER_ADMIN_EMAIL
          """)
  void aValueThatMakesNoSenseIsRefused(String name, String value, String reason) {
    assertThat(rejection(Map.of(name, value))).startsWith(name + " " + reason);
  }

  @Test
  void whatIsReadBeforeTheFileMustNotStandInIt() {
    assertThat(SettingsReader.read(Map.of("CLAVIGER_LOG_LEVEL", "DEBUG"), Map.of()))
        .isEqualTo(
            Parsed.rejected(
                "CLAVIGER_LOG_LEVEL must be a variable of the environment: it is read before this file"));
    assertThat(SettingsReader.read(Map.of(), Map.of("CLAVIGER_LOG_LEVEL", "DEBUG")).toOptional())
        .isPresent();
  }

  @Test
  void onePortAtTwoAddressesIsNoMistake() {
    Map<String, String> apart =
        Map.of("CLAVIGER_MANAGEMENT_PORT", "8080", "CLAVIGER_MANAGEMENT_HOST", "10.0.0.1");
    assertThat(SettingsReader.read(apart, Map.of()).toOptional()).isPresent();
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    assertThat(rejection(Map.of("CLAVIGER_HTTP_PORT", "x", "CLAVIGER_SIGN_UP", "x")).lines())
        .hasSize(2);
  }

  @Test
  void theEnvironmentWinsOverTheFile() {
    Map<String, String> file = Map.of("CLAVIGER_HTTP_PORT", "1", "CLAVIGER_LOGIN_LIMIT", "2");
    Settings settings = SettingsReader.read(file, Map.of("CLAVIGER_HTTP_PORT", "3")).orThrow();
    assertThat(settings.api().port()).isEqualTo(3);
    assertThat(settings.loginLimit()).isEqualTo(2);
  }

  @Test
  void aStrangeNameInTheFileIsRefused() {
    assertThat(SettingsReader.read(Map.of("http.port", "1"), Map.of()))
        .isInstanceOf(Parsed.Rejected.class);
  }

  @Test
  void secretsAreNotRepeated() {
    assertThat(rejection(Map.of("CLAVIGER_ADMIN_PASSWORD", "canary7f3a"))).doesNotContain("canary");
    assertThat(rejection(Map.of("CLAVIGER_DATABASE_URL", "jdbc:x:canary7f3a")))
        .doesNotContain("canary");
    Settings settings =
        read(
            Map.of(
                "CLAVIGER_ADMIN_PASSWORD",
                "Canary-7f3a-canary",
                "CLAVIGER_DATABASE_URL",
                "jdbc:postgresql://u:canary7f3a@db/x"));
    assertThat(settings.toString() + settings.administrator()).doesNotContainIgnoringCase("canary");
  }

  /** Nothing goes in the clear to another machine unless somebody has said so. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          smtp://mail.example.com                      | 587 | STARTTLS
          smtp://mail.example.com:25/                  | 25  | STARTTLS
          smtp://mail.example.com?starttls=required    | 587 | STARTTLS
          smtp://mail.example.com:2525?starttls=off    | 2525 | NONE
          smtp://localhost:1025                        | 1025 | NONE
          smtp://127.0.0.1                             | 587 | NONE
          smtp://[::1]:1025                            | 1025 | NONE
          smtp://127.0.0.1:25?starttls=required        | 25  | STARTTLS
          smtp://localhost.example.com                 | 587 | STARTTLS
          smtps://mail.example.com                     | 465 | TLS
          smtps://127.0.0.1:4650                       | 4650 | TLS
          """,
      delimiter = '|')
  void aMailServerIsSpokenToInPrivate(String url, int port, MailSettings.Protection protection) {
    MailSettings mail =
        read(Map.of("CLAVIGER_SMTP_URL", url, "CLAVIGER_PUBLIC_URL", "https://a.example")).mail();
    assertThat(mail.server().orElseThrow().port()).isEqualTo(port);
    assertThat(mail.server().orElseThrow().protection()).isEqualTo(protection);
    assertThat(mail.verifyAddresses()).isTrue();
  }

  @Test
  void secretsAreReadAndNotRepeated() {
    Map<String, String> values =
        Map.of(
            "CLAVIGER_SMTP_URL",
            "smtp://us%40er:canary%3A7f+3a@mail.example.com",
            "CLAVIGER_PUBLIC_URL",
            "https://a.example",
            "CLAVIGER_VERIFY_EMAIL",
            "false",
            "CLAVIGER_SECRET_KEY",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    Settings settings = read(values);
    assertThat(settings.mail().server().orElseThrow().user()).contains("us@er");
    assertThat(settings.mail().server().orElseThrow().password()).isEqualTo("canary:7f+3a");
    assertThat(settings.mail().verifyAddresses()).isFalse();
    assertThat(settings.secretKey().orElseThrow().bytes()[31]).isEqualTo((byte) 31);
    assertThat(settings + " " + settings.mail() + " " + settings.secretKey())
        .doesNotContain("canary");
    assertThat(rejection(Map.of("CLAVIGER_SMTP_URL", "smtp://u:canary7f3a@h:99999")))
        .doesNotContain("canary");
    assertThat(read(Map.of()).mail().verifyAddresses()).isFalse();
  }
}
