package io.claviger.server.testing;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.device.Tag;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.secret.Secret;
import io.claviger.core.secret.TokenKind;
import io.claviger.core.secret.TokenText;
import io.claviger.server.Wiring;
import io.claviger.server.contract.Contract;
import io.claviger.server.contract.FieldError;
import io.claviger.server.settings.Settings;
import io.claviger.server.settings.SettingsReader;
import io.claviger.store.Fold;
import io.claviger.store.query.DeviceKeySets;
import io.claviger.store.testing.TestDatabases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real server on free ports with a database of its own, and a client for it. */
public final class TestServer implements AutoCloseable {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final Contract CONTRACT = Contract.load();

  /** Whether servers have a database on PostgreSQL, as in a run beside the usual one. */
  private static final boolean ON_POSTGRESQL =
      System.getProperty("claviger.test.database", "sqlite").equals("postgresql");

  private final Path folder;

  /** Whether the folder is somebody else's, who may start another server on it. */
  private final boolean keepsFolder;

  private final SettableClock clock = new SettableClock();
  private final SecureRandom random = new SecureRandom();
  private final ObjectIdSource ids = new ObjectIdSource(clock, random);
  private final Map<String, String> settings;
  private final Wiring wiring;
  private final HttpClient client = HttpClient.newHttpClient();

  private TestServer(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    this.keepsFolder = settings.containsKey("CLAVIGER_DATA");
    this.folder = keepsFolder ? Path.of(settings.get("CLAVIGER_DATA")) : temporaryFolder();
    all.put("CLAVIGER_DATA", folder.toString());
    all.putIfAbsent("CLAVIGER_HTTP_PORT", "0");
    all.putIfAbsent("CLAVIGER_MANAGEMENT_PORT", "0");
    all.putIfAbsent("CLAVIGER_MQTT", "off");
    all.putIfAbsent("CLAVIGER_MQTT_PORT", "0");
    all.putIfAbsent("CLAVIGER_MQTT_WS_PORT", "0");
    all.putIfAbsent("CLAVIGER_MQTT_TLS_PORT", "0");
    all.putIfAbsent("CLAVIGER_MQTT_WSS_PORT", "0");
    if (ON_POSTGRESQL && !keepsFolder && !all.containsKey("CLAVIGER_DATABASE_URL")) {
      all.put("CLAVIGER_DATABASE_URL", TestDatabases.postgres().jdbcUrl());
      all.putIfAbsent("CLAVIGER_SECRET_KEY", HexFormat.of().formatHex(random.generateSeed(32)));
    }
    this.settings = Map.copyOf(all);
    Settings read = SettingsReader.read(all, Map.of()).orThrow();
    this.wiring = Wiring.start(read, clock, random);
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("claviger-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A server with default settings. */
  public static TestServer start() {
    return start(Map.of());
  }

  /** A server with some settings of one's own. */
  public static TestServer start(Map<String, String> settings) {
    return new TestServer(settings);
  }

  /** The running server. */
  public Wiring wiring() {
    return wiring;
  }

  /** The time of the server, to be moved by tests. */
  public SettableClock clock() {
    return clock;
  }

  /** A new id. */
  public String newId() {
    return ids.next();
  }

  /** A clock that runs like the system's, moved by what a test says. */
  public static final class SettableClock implements InstantSource {
    private final AtomicLong offsetMillis = new AtomicLong();

    /** Moves the time. */
    public void advanceMillis(long millis) {
      offsetMillis.addAndGet(millis);
    }

    @Override
    public Instant instant() {
      return Instant.now().plusMillis(offsetMillis.get());
    }
  }

  /** Somebody with a log-in session in full scope. */
  public record Person(String id, String email, String session) {}

  /** Adds a user and a log-in session without an end, straight to the tables. */
  public Person newUser(String email) {
    String id = newId();
    Secret session = TokenText.issue(TokenKind.SESSION, random);
    Instant now = clock.instant();
    wiring
        .database()
        .run(transaction -> {
          transaction
              .handle()
              .createUpdate(
                  "INSERT INTO app_user (id, email, email_folded, email_verified, first_name,"
                      + " last_name, profile, password_hash, password_changed_at,"
                      + " created_at, updated_at) VALUES (:id, :email, :folded, 1, 'Test', :last,"
                      + " '{}', '', :now, :now, :now)")
              .bind("id", id)
              .bind("email", email)
              .bind("folded", Fold.fold(email))
              .bind("last", email)
              .bind("now", now)
              .execute();
          transaction
              .handle()
              .createUpdate(
                  "INSERT INTO user_session (id, user_id, digest, scope, ttl, issued_at)"
                      + " VALUES (:id, :user, :digest, '[\"all.User\"]', 0, :now)")
              .bind("id", newId())
              .bind("user", id)
              .bind("digest", session.digest().toBytes())
              .bind("now", now)
              .execute();
        });
    return new Person(id, email, session.revealOnce());
  }

  /** Adds an application in somebody's sandbox, straight to the tables. */
  public String newApplication(Person owner) {
    return newApplication("user", owner.id());
  }

  /** Adds an application of an owner, straight to the tables. */
  public String newApplication(String ownerType, String ownerId) {
    String id = newId();
    wiring
        .database()
        .run(transaction ->
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO application (id, owner_type, owner_id, name, name_folded,"
                        + " details, created_at, updated_at) VALUES (:id, :ownerType, :ownerId,"
                        + " 'Plant', 'plant', '{}', :now, :now)")
                .bind("id", id)
                .bind("ownerType", ownerType)
                .bind("ownerId", ownerId)
                .bind("now", transaction.now())
                .execute());
    return id;
  }

  /** Adds a device, straight to the tables; each tag is written {@code key=value}. */
  public String newDevice(String applicationId, String deviceClass, String... tags) {
    String id = newId();
    wiring
        .database()
        .run(transaction -> {
          transaction
              .handle()
              .createUpdate(
                  "INSERT INTO device (id, application_id, name, name_folded, device_class,"
                      + " keep_duplicates, created_at, updated_at) VALUES (:id, :applicationId,"
                      + " 'Pump', 'pump', :deviceClass, 0, :now, :now)")
              .bind("id", id)
              .bind("applicationId", applicationId)
              .bind("deviceClass", deviceClass)
              .bind("now", transaction.now())
              .execute();
          for (int i = 0; i < tags.length; i++) {
            String[] parts = tags[i].split("=", 2);
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO device_tag (device_id, application_id, place, tag_key, tag_value,"
                        + " value_folded) VALUES (:id, :applicationId, :place, :key, :value, :folded)")
                .bind("id", id)
                .bind("applicationId", applicationId)
                .bind("place", i)
                .bind("key", parts[0])
                .bind("value", parts[1])
                .bind("folded", Fold.fold(parts[1]))
                .execute();
          }
          DeviceKeySets.replace(
              transaction.handle(),
              new DeviceId(id),
              new ApplicationId(applicationId),
              Stream.of(tags)
                  .map(tag -> tag.split("=", 2))
                  .map(parts -> new Tag(parts[0], parts[1]))
                  .toList());
        });
    return id;
  }

  /**
   * Runs a statement and records a change of what it changed, so that what is kept in memory is
   * dropped.
   *
   * @param sql takes the id as {@code :id}
   */
  public void change(SubjectType type, String id, String sql) {
    wiring
        .database()
        .run(transaction -> {
          transaction.handle().createUpdate(sql).bind("id", id).execute();
          transaction.record(
              new Change(
                  Actor.system(),
                  "test",
                  new Subject(type, id, ""),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty()));
        });
  }

  /** The messages to an address, oldest first, after everything that is due was sent. */
  public List<String> mailTo(String address) {
    wiring.mail().run();
    Path mail = folder.resolve("mail");
    if (!Files.exists(mail)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(mail)) {
      return files
          .sorted()
          .map(TestServer::read)
          .filter(message -> message.contains("\r\nTo: " + address + "\r\n"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder with everything that the server keeps. */
  public Path folder() {
    return folder;
  }

  /** All that the database has kept, as text whose characters are its bytes. */
  public String storedText() throws IOException {
    return StoredText.of(wiring.database(), folder);
  }

  /** The environment of a process that works on the same installation. */
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(settings);
    environment.keySet().removeIf(name -> name.endsWith("_PORT"));
    return environment;
  }

  /** An answer: its status and its JSON, missing when it had no content. */
  public record Answer(int status, JsonNode body, HttpResponse<String> response) {}

  /** Sends a request without a body. */
  public Answer send(String method, String path, String token) {
    return send(method, path, token, "", Map.of());
  }

  /** Sends a request with a JSON body. */
  public Answer send(String method, String path, String token, String json) {
    return send(method, path, token, json, Map.of());
  }

  /** Sends a request with headers of one's own; a blank token or body is left out. */
  public Answer send(
      String method, String path, String token, String json, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + wiring.apiPort() + path))
            .method(
                method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (!json.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    headers.forEach(request::header);
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      JsonNode body =
          response.body().isEmpty() ? MAPPER.missingNode() : MAPPER.readTree(response.body());
      requireDescribed(method, path, response.statusCode(), body);
      return new Answer(response.statusCode(), body, response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Holds every answer to the API document. */
  private static void requireDescribed(String method, String path, int status, JsonNode body) {
    String bare = path.contains("?") ? path.substring(0, path.indexOf('?')) : path;
    // Of several that fit, the one with the fewest parameters is meant, as for the router.
    CONTRACT.operations().stream()
        .filter(operation -> operation.method().equals(method))
        .filter(operation -> bare.matches(operation.path().replaceAll("\\{[^}]*}", "[^/]+")))
        .min(
            Comparator.comparingLong(
                operation -> operation.path().chars().filter(c -> c == '{').count()))
        .ifPresent(operation -> {
          List<FieldError> errors = CONTRACT.validateResponse(operation.id(), status, body);
          if (!errors.isEmpty()) {
            throw new AssertionError(operation.id() + " " + status + " " + errors + " in " + body);
          }
        });
  }

  @Override
  public void close() {
    client.close();
    wiring.close();
    if (keepsFolder) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
