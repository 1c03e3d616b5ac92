package io.claviger.server.settings;

import io.claviger.core.Parsed;
import io.claviger.core.network.TrustedProxies;
import io.claviger.core.secret.NewPassword;
import io.claviger.core.secret.PasswordPolicy;
import io.claviger.server.contract.Formats;
import io.claviger.server.http.HttpAddress;
import io.claviger.server.security.SecretBox;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Reads the settings from {@code CLAVIGER_*} variables of the environment and from a properties
 * file; the environment wins. A name that is not known, or a value that makes no sense, stops the
 * start: a mistyped restriction must not be a restriction that is silently off.
 */
public final class SettingsReader {
  private static final String PREFIX = "CLAVIGER_";

  /** For the launcher and the logging configuration, which read them themselves. */
  private static final String LOG_LEVEL = "CLAVIGER_LOG_LEVEL";

  private static final Set<String> READ_ELSEWHERE =
      Set.of("CLAVIGER_JAVA_OPTIONS", LOG_LEVEL, "CLAVIGER_CONFIG");

  private static final List<String> LOG_LEVELS = List.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE");

  private final Map<String, String> values;
  private final Set<String> known = new TreeSet<>(READ_ELSEWHERE);
  private final List<String> problems = new ArrayList<>();

  /** The settings that say where to listen, by place; a second one of a place is a mistake. */
  private final Map<HttpAddress, String> listeners = new HashMap<>();

  private SettingsReader(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads settings.
   *
   * @param file what stands in the properties file
   * @param environment all variables; those that do not begin with {@code CLAVIGER_} are none of
   *     ours
   * @return the settings, or everything that is wrong, one line each
   */
  public static Parsed<Settings> read(Map<String, String> file, Map<String, String> environment) {
    Map<String, String> values = new TreeMap<>(file);
    environment.forEach((name, value) -> {
      if (name.startsWith(PREFIX)) {
        values.put(name, value);
      }
    });
    SettingsReader reader = new SettingsReader(values);
    reader.readElsewhere(file.keySet());
    return reader.read();
  }

  private Parsed<Settings> read() {
    String host = text("CLAVIGER_HTTP_HOST", "127.0.0.1");
    Settings settings =
        new Settings(
            new HttpAddress(host, port("CLAVIGER_HTTP_PORT", 8080)),
            new HttpAddress(
                text("CLAVIGER_MANAGEMENT_HOST", "127.0.0.1"),
                port("CLAVIGER_MANAGEMENT_PORT", 8081)),
            parsed("CLAVIGER_DATA", "./data", SettingsReader::path).orElse(Path.of("data")),
            databaseUrl(),
            publicUrl(),
            administrator(),
            proxies(),
            number("CLAVIGER_LOGIN_LIMIT", 30, 1, 1_000_000),
            flag("CLAVIGER_SIGN_UP", true),
            Duration.ofMillis(number("CLAVIGER_QUERY_MILLIS", 5_000, 1, 600_000)),
            limits(),
            Duration.ofDays(number("CLAVIGER_STATE_RETENTION_DAYS", 30, 1, 3650)),
            Duration.ofDays(number("CLAVIGER_CHANGE_LOG_DAYS", 365, 0, 36_500)),
            new Settings.UseLog(
                number("CLAVIGER_USE_LOG_DAYS", 30, 0, 3650),
                number("CLAVIGER_USE_LOG_ROWS", 1_000_000, 1_000, Integer.MAX_VALUE)),
            secretKey(),
            mail(),
            mqtt(host));
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        problems.add(name + " is not a setting; known are " + String.join(", ", known));
      }
    }
    listeners(settings);
    return problems.isEmpty() ? Parsed.ok(settings) : Parsed.rejected(String.join("\n", problems));
  }

  /** What is read before the file of settings would have no effect in it, and nobody would know. */
  private void readElsewhere(Set<String> file) {
    for (String name : new TreeSet<>(READ_ELSEWHERE)) {
      if (file.contains(name)) {
        problems.add(name + " must be a variable of the environment: it is read before this file");
      }
    }
    if (!LOG_LEVELS.contains(text(LOG_LEVEL, "INFO"))) {
      problems.add(LOG_LEVEL + " must be one of " + String.join(", ", LOG_LEVELS));
    }
  }

  private void listeners(Settings settings) {
    listener("CLAVIGER_HTTP_PORT", settings.api());
    listener("CLAVIGER_MANAGEMENT_PORT", settings.management());
    MqttSettings mqtt = settings.mqtt();
    if (mqtt.enabled()) {
      listener("CLAVIGER_MQTT_PORT", new HttpAddress(mqtt.host(), mqtt.port()));
      listener("CLAVIGER_MQTT_WS_PORT", new HttpAddress(mqtt.host(), mqtt.webSocketPort()));
      mqtt.tls()
          .ifPresent(tls -> {
            listener("CLAVIGER_MQTT_TLS_PORT", new HttpAddress(mqtt.host(), tls.port()));
            listener("CLAVIGER_MQTT_WSS_PORT", new HttpAddress(mqtt.host(), tls.webSocketPort()));
          });
    }
  }

  private void listener(String name, HttpAddress address) {
    String other = address.port() == 0 ? null : listeners.putIfAbsent(address, name);
    if (other != null) {
      problems.add(name + " must be another port than " + other);
    }
  }

  private ResourceLimits limits() {
    return new ResourceLimits(
        limit("CLAVIGER_LIMIT_API_TOKENS", 1_000_000),
        limit("CLAVIGER_LIMIT_APPLICATIONS", 1_000),
        limit("CLAVIGER_LIMIT_APPLICATION_KEYS", 1_000_000),
        limit("CLAVIGER_LIMIT_DASHBOARDS", 10_000),
        limit("CLAVIGER_LIMIT_DEVICES", 1_000_000),
        limit("CLAVIGER_LIMIT_EVENTS", 10_000),
        limit("CLAVIGER_LIMIT_MEMBERS", 10_000),
        limit("CLAVIGER_LIMIT_ORGANIZATIONS", 1_000),
        limit("CLAVIGER_LIMIT_TENANT_TOKENS", 25),
        new ResourceLimits.Sandbox(
            limit("CLAVIGER_LIMIT_SANDBOX_APPLICATIONS", 100),
            limit("CLAVIGER_LIMIT_SANDBOX_APPLICATION_KEYS", 100_000),
            limit("CLAVIGER_LIMIT_SANDBOX_DASHBOARDS", 1_000),
            limit("CLAVIGER_LIMIT_SANDBOX_DEVICES", 100_000)));
  }

  private MqttSettings mqtt(String host) {
    return new MqttSettings(
        switched("CLAVIGER_MQTT", true),
        text("CLAVIGER_MQTT_HOST", host),
        port("CLAVIGER_MQTT_PORT", 1883),
        port("CLAVIGER_MQTT_WS_PORT", 8083),
        tls(),
        parsed("CLAVIGER_MQTT_PERSISTENCE", "memory", MqttSettings.Persistence::parse)
            .orElse(MqttSettings.Persistence.MEMORY),
        flag("CLAVIGER_MQTT_PERSISTENT_SESSIONS", false),
        flag("CLAVIGER_MQTT_RETAINED", false),
        number("CLAVIGER_MQTT_PUBLISH_QOS", 1, 0, 2),
        number("CLAVIGER_MQTT_SUBSCRIBE_QOS", 0, 0, 2),
        number("CLAVIGER_MQTT_PAYLOAD", 256 << 10, 1, 16 << 20),
        limit("CLAVIGER_MQTT_TOPIC_LIMIT", 30),
        limit("CLAVIGER_MQTT_CONNECTION_LIMIT", 300),
        limit("CLAVIGER_MQTT_CONNECT_LIMIT", 300),
        flag("CLAVIGER_MQTT_DISCONNECT_ON_TAG_CHANGE", false));
  }

  /**
   * A certificate without its key, or the other way round, would leave the devices in the clear.
   */
  private Optional<MqttSettings.Tls> tls() {
    int port = port("CLAVIGER_MQTT_TLS_PORT", 8883);
    int webSocketPort = port("CLAVIGER_MQTT_WSS_PORT", 8084);
    Optional<Path> certificate = file("CLAVIGER_MQTT_CERTIFICATE");
    Optional<Path> key = file("CLAVIGER_MQTT_PRIVATE_KEY");
    if (certificate.isPresent() != key.isPresent()) {
      problems.add(
          "CLAVIGER_MQTT_CERTIFICATE and CLAVIGER_MQTT_PRIVATE_KEY must be given together");
    }
    return certificate.isPresent() && key.isPresent()
        ? Optional.of(new MqttSettings.Tls(certificate.get(), key.get(), port, webSocketPort))
        : Optional.empty();
  }

  private Optional<Path> file(String name) {
    return optional(name)
        .flatMap(text -> {
          Optional<Path> found = path(text).toOptional().filter(Files::isReadable);
          if (found.isEmpty()) {
            problems.add(name + " must be the path of a file that can be read");
          }
          return found;
        });
  }

  /** The password is not repeated in what is wrong with it. */
  private Settings.Administrator administrator() {
    String email = text("CLAVIGER_ADMIN_EMAIL", "admin@localhost.localdomain");
    if (!Formats.isEmail(email)) {
      problems.add("CLAVIGER_ADMIN_EMAIL must be an e-mail address");
    }
    known.add("CLAVIGER_ADMIN_PASSWORD");
    // As it stands: a blank at its end is part of a password.
    Optional<String> password =
        Optional.ofNullable(values.get("CLAVIGER_ADMIN_PASSWORD")).filter(text -> !text.isEmpty());
    if (password.isPresent()
        && PasswordPolicy.check(password.get())
            instanceof Parsed.Rejected<NewPassword>(String reason)) {
      problems.add("CLAVIGER_ADMIN_PASSWORD " + reason);
    }
    return new Settings.Administrator(email, password);
  }

  /** Hexadecimal or base 64; not repeated when it is wrong. */
  private Optional<Settings.SecretKey> secretKey() {
    Optional<String> text = optional("CLAVIGER_SECRET_KEY");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      byte[] key =
          text.get().length() == 2 * SecretBox.KEY_BYTES
              ? HexFormat.of().parseHex(text.get())
              : Base64.getDecoder().decode(text.get());
      if (key.length == SecretBox.KEY_BYTES) {
        return Optional.of(new Settings.SecretKey(key));
      }
    } catch (IllegalArgumentException e) {
      // Answered below.
    }
    problems.add("CLAVIGER_SECRET_KEY must be 32 bytes in hexadecimal or base 64");
    return Optional.empty();
  }

  /** Addresses are verified where a server sends the links, unless something else is said. */
  private MailSettings mail() {
    Optional<MailSettings.SmtpServer> server =
        optional("CLAVIGER_SMTP_URL").flatMap(url -> smtpServer(url));
    Optional<String> from = optional("CLAVIGER_MAIL_FROM");
    if (from.isPresent() && !Formats.isEmail(from.get())) {
      problems.add("CLAVIGER_MAIL_FROM must be an e-mail address");
    }
    if (server.isPresent() && optional("CLAVIGER_PUBLIC_URL").isEmpty()) {
      problems.add("CLAVIGER_SMTP_URL needs CLAVIGER_PUBLIC_URL: links in messages begin with it");
    }
    return new MailSettings(server, from, flag("CLAVIGER_VERIFY_EMAIL", server.isPresent()));
  }

  private Optional<MailSettings.SmtpServer> smtpServer(String url) {
    return switch (MailSettingsReader.server(url)) {
      case Parsed.Ok<MailSettings.SmtpServer>(MailSettings.SmtpServer server) ->
          Optional.of(server);
      case Parsed.Rejected<MailSettings.SmtpServer>(String reason) -> {
        problems.add("CLAVIGER_SMTP_URL " + reason);
        yield Optional.empty();
      }
    };
  }

  private static Parsed<Path> path(String text) {
    try {
      return Parsed.ok(Path.of(text));
    } catch (InvalidPathException e) {
      return Parsed.rejected("must be the path of a folder");
    }
  }

  private Optional<String> publicUrl() {
    Optional<String> url =
        optional("CLAVIGER_PUBLIC_URL").map(text -> text.replaceFirst("/+$", ""));
    if (url.isPresent() && !isBaseUrl(url.get())) {
      problems.add("CLAVIGER_PUBLIC_URL must be a URL like https://keys.example.com");
    }
    return url;
  }

  private static boolean isBaseUrl(String text) {
    try {
      URI url = new URI(text);
      return ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
          && url.getHost() != null
          && url.getUserInfo() == null
          && url.getQuery() == null
          && url.getFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private Optional<String> databaseUrl() {
    Optional<String> url = optional("CLAVIGER_DATABASE_URL");
    if (url.isPresent() && !url.get().startsWith("jdbc:postgresql:")) {
      // The value is not repeated: it may hold a password.
      problems.add("CLAVIGER_DATABASE_URL must begin with jdbc:postgresql:");
    }
    return url;
  }

  private TrustedProxies proxies() {
    return parsed("CLAVIGER_TRUSTED_PROXIES", "127.0.0.0/8, ::1", TrustedProxies::parse)
        .orElse(TrustedProxies.NONE);
  }

  private int port(String name, int absent) {
    return number(name, absent, 0, 65_535);
  }

  private int limit(String name, int absent) {
    return number(name, absent, 0, Integer.MAX_VALUE);
  }

  private int number(String name, int absent, int least, int most) {
    return parsed(name, Integer.toString(absent), text -> number(text, least, most)).orElse(absent);
  }

  private static Parsed<Integer> number(String text, int least, int most) {
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return Parsed.ok(number);
      }
    } catch (NumberFormatException e) {
      // Answered below, with the range.
    }
    return Parsed.rejected("must be a whole number from " + least + " to " + most);
  }

  private boolean flag(String name, boolean absent) {
    return parsed(
            name,
            Boolean.toString(absent),
            text ->
                switch (text) {
                  case "true" -> Parsed.ok(true);
                  case "false" -> Parsed.ok(false);
                  default -> Parsed.<Boolean>rejected("must be true or false");
                })
        .orElse(absent);
  }

  private boolean switched(String name, boolean absent) {
    return parsed(
            name,
            absent ? "on" : "off",
            text ->
                switch (text) {
                  case "on" -> Parsed.ok(true);
                  case "off" -> Parsed.ok(false);
                  default -> Parsed.<Boolean>rejected("must be on or off");
                })
        .orElse(absent);
  }

  private <T> Optional<T> parsed(String name, String absent, Function<String, Parsed<T>> parser) {
    return switch (parser.apply(text(name, absent))) {
      case Parsed.Ok<T>(T value) -> Optional.of(value);
      case Parsed.Rejected<T>(String reason) -> {
        problems.add(name + " " + reason);
        yield Optional.empty();
      }
    };
  }

  private String text(String name, String absent) {
    return optional(name).orElse(absent);
  }

  private Optional<String> optional(String name) {
    known.add(name);
    return Optional.ofNullable(values.get(name)).map(String::strip).filter(text -> !text.isEmpty());
  }
}
