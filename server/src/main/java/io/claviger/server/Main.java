package io.claviger.server;

import io.claviger.core.Parsed;
import io.claviger.core.change.Verification;
import io.claviger.core.id.ObjectId;
import io.claviger.core.id.OrganizationId;
import io.claviger.server.account.FirstAdministrator;
import io.claviger.server.mqtt.Broker;
import io.claviger.server.organization.OrganizationSwitches;
import io.claviger.server.organization.OrganizationSwitches.Switch;
import io.claviger.server.settings.Settings;
import io.claviger.server.settings.SettingsReader;
import io.claviger.store.ChangeLogCheck;
import io.claviger.store.Database;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.backup.BackupProblem;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The commands of {@code ./claviger}. What is to be read by people goes to standard output, what
 * went wrong to standard error in one line.
 */
public final class Main {
  private static final int DONE = 0;
  private static final int FAILED = 1;

  /** What {@code sysexits.h} has for a command line that makes no sense. */
  private static final int USAGE = 64;

  private static final String HELP =
      """
      usage: claviger <command>

        serve                   start the server; Ctrl-C stops it
        changelog verify        check the hash chain of the change log, also beside a running server
        organization disable ID, enable ID, read-only ID, writable ID
                                close an organization or open it again, also beside a running server
        backup FILE             copy the whole database into a file, also beside a running server
        restore FILE            fill an empty database from such a file
        help                    this text

      Settings are CLAVIGER_* variables, or lines in claviger.properties; docs/operating.md lists them.
      """;

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream error;

  /**
   * Commands with the world around them.
   *
   * @param environment the variables
   */
  Main(Map<String, String> environment, PrintStream out, PrintStream error) {
    this.environment = environment;
    this.out = out;
    this.error = error;
  }

  /** Runs the command that the arguments name. */
  public static void main(String[] arguments) {
    new Main(System.getenv(), System.out, System.err)
        .run(List.of(arguments))
        .ifPresent(System::exit);
  }

  /** Runs a command; empty when it goes on until it is told to stop, otherwise the exit code. */
  Optional<Integer> run(List<String> arguments) {
    if (arguments.size() == 2 && arguments.getFirst().equals("backup")) {
      return withBackups(commands -> commands.backup(Path.of(arguments.getLast())));
    }
    if (arguments.size() == 2 && arguments.getFirst().equals("restore")) {
      return withBackups(commands -> commands.restore(Path.of(arguments.getLast())));
    }
    if (arguments.size() == 3 && arguments.getFirst().equals("organization")) {
      Optional<Switch> wanted = Switch.parse(arguments.get(1));
      if (wanted.isPresent()) {
        return withSettings(settings -> organization(settings, wanted.get(), arguments.get(2)));
      }
    }
    return switch (String.join(" ", arguments)) {
      case "serve" -> withSettings(this::serve);
      case "changelog verify" -> withSettings(this::verify);
      case "rehearse" -> Optional.of(new Rehearsal(out, new SecureRandom()).run() ? DONE : FAILED);
      case "", "help", "--help", "-h" -> {
        out.print(HELP);
        yield Optional.of(DONE);
      }
      default -> {
        error.print(HELP);
        yield Optional.of(USAGE);
      }
    };
  }

  private interface Command {
    Optional<Integer> run(Settings settings);
  }

  private Optional<Integer> withSettings(Command command) {
    try {
      return switch (SettingsReader.read(properties(), environment)) {
        case Parsed.Ok<Settings>(Settings settings) -> command.run(settings);
        case Parsed.Rejected<Settings>(String problems) -> failed(problems);
      };
    } catch (IOException | IllegalArgumentException e) {
      return failed("the file of settings cannot be read: " + e.getMessage());
    }
  }

  private Map<String, String> properties() throws IOException {
    Path file = Path.of(environment.getOrDefault("CLAVIGER_CONFIG", "claviger.properties"));
    Map<String, String> values = new TreeMap<>();
    if (Files.exists(file) || environment.containsKey("CLAVIGER_CONFIG")) {
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      }
      properties.forEach((name, value) -> values.put(name.toString(), value.toString()));
    }
    return values;
  }

  private Optional<Integer> failed(String reason) {
    error.println("Claviger: " + reason);
    return Optional.of(FAILED);
  }

  private Optional<Integer> serve(Settings settings) {
    Wiring server;
    try {
      server = Wiring.start(settings, InstantSource.system(), new SecureRandom(), this::introduce);
    } catch (RuntimeException e) {
      return failed(StartProblem.of(settings, e).orElseThrow(() -> e));
    }
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(server::close));
    out.println("Claviger listens on http://" + settings.api().host() + ":" + server.apiPort());
    out.println(
        "Health and metrics: http://"
            + settings.management().host()
            + ":"
            + server.managementPort());
    server.broker().ifPresent(broker -> introduce(broker, settings));
    out.println(
        "Data: "
            + (settings.databaseUrl().isPresent()
                ? "PostgreSQL"
                : settings.data().toAbsolutePath().normalize()));
    return Optional.empty();
  }

  private void introduce(Broker broker, Settings settings) {
    String host = settings.mqtt().host();
    out.println("MQTT: mqtt://" + host + ":" + broker.port());
    out.println("MQTT over WebSockets: ws://" + host + ":" + broker.webSocketPort());
    broker.tlsPort().ifPresent(port -> out.println("MQTT over TLS: mqtts://" + host + ":" + port));
    broker
        .webSocketTlsPort()
        .ifPresent(port -> out.println("MQTT over WebSockets and TLS: wss://" + host + ":" + port));
  }

  /** Told as soon as the account exists: it is not made again when the start fails after that. */
  private void introduce(FirstAdministrator.Created administrator) {
    out.println(
        "Administrator: "
            + administrator.email()
            + administrator
                .generatedPassword()
                .map(password -> " / " + password + " (shown once)")
                .orElse(" (with the password of the settings)"));
  }

  private Optional<Integer> withBackups(Predicate<BackupCommands> work) {
    return withSettings(settings -> {
      var commands =
          new BackupCommands(Wiring.databaseSettings(settings), InstantSource.system(), out);
      try {
        return Optional.of(work.test(commands) ? DONE : FAILED);
      } catch (BackupProblem | InvalidPathException e) {
        return failed(String.valueOf(e.getMessage()));
      } catch (StoreUnavailable e) {
        return failed(StartProblem.of(settings, e).orElseThrow(() -> e));
      }
    });
  }

  private Optional<Integer> organization(Settings settings, Switch wanted, String id) {
    if (!ObjectId.isValid(id)) {
      return failed(id + " is not an id of 24 hexadecimal digits");
    }
    OrganizationId organization = new OrganizationId(ObjectId.normalise(id));
    try (Database database =
        Database.openBeside(Wiring.databaseSettings(settings), InstantSource.system())) {
      Optional<String> name = new OrganizationSwitches(database).apply(organization, wanted);
      if (name.isEmpty()) {
        return failed("there is no organization " + organization.text());
      }
      out.println(name.get() + " (" + organization.text() + ") is " + wanted.state());
      return Optional.of(DONE);
    } catch (StoreUnavailable e) {
      return failed(StartProblem.of(settings, e).orElseThrow(() -> e));
    }
  }

  private Optional<Integer> verify(Settings settings) {
    try {
      return switch (ChangeLogCheck.verify(Wiring.databaseSettings(settings))) {
        case Verification.Intact(long count, var head) -> {
          out.println("intact: " + count + " entries, head " + head.hash().hex());
          yield Optional.of(DONE);
        }
        case Verification.Broken(long sequence, String reason) -> {
          out.println("broken at entry " + sequence + ": " + reason);
          yield Optional.of(FAILED);
        }
      };
    } catch (StoreUnavailable e) {
      return failed(StartProblem.of(settings, e).orElseThrow(() -> e));
    }
  }
}
