package io.claviger.server;

import io.claviger.core.Parsed;
import io.claviger.server.ChangeLogCommand.Report;
import io.claviger.server.account.FirstAdministrator;
import io.claviger.server.mqtt.Broker;
import io.claviger.server.operator.Operator;
import io.claviger.server.operator.OperatorCommand;
import io.claviger.server.security.SecretKeyProblem;
import io.claviger.server.settings.Settings;
import io.claviger.server.settings.SettingsReader;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.backup.BackupProblem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
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

  /** What was asked cannot be told. */
  private static final int UNKNOWN = 2;

  /** What {@code sysexits.h} has for a command line that makes no sense. */
  private static final int USAGE = 64;

  private static final String HELP =
      """
      usage: claviger <command>

        serve                   start the server; Ctrl-C stops it
        changelog verify        check the hash chain of the change log; with <entries>:<head> from
                                an earlier check, that nothing up to there was cut or written anew;
                                with --checkpoint FILE the same with a signed checkpoint; --key BASE64:
                                what is signed must be signed with this key
        backup FILE             copy the whole database into a file
        restore FILE            fill an empty database from such a file; no server may use it
        admin create EMAIL [--password-stdin]
                                make an account; its password is shown once, or read from standard input
        user unlock EMAIL       end the lock after failed log-ins and wrong codes
        user reset-two-factor EMAIL|--all
                                take a second factor away, or all of them
        user release EMAIL      give an account to its user, and switch it on, when the organization
                                that made it is deleted
        organization disable|enable|read-only|writable ID
                                close an organization or open it again
        organization add-admin ID EMAIL
                                make an account an administrator of an organization
        help                    this text

      All but serve and restore also work beside a running server.
      Settings are CLAVIGER_* variables, or lines in claviger.properties; docs/operating.md lists them.
      """;

  private final Map<String, String> environment;
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream error;

  /**
   * Commands with the world around them.
   *
   * @param environment the variables
   */
  Main(Map<String, String> environment, InputStream in, PrintStream out, PrintStream error) {
    this.environment = environment;
    this.in = in;
    this.out = out;
    this.error = error;
  }

  /** Runs the command that the arguments name. */
  public static void main(String[] arguments) {
    new Main(System.getenv(), System.in, System.out, System.err)
        .run(List.of(arguments))
        .ifPresent(System::exit);
  }

  /** Runs a command; empty when it goes on until it is told to stop, otherwise the exit code. */
  Optional<Integer> run(List<String> arguments) {
    Optional<ChangeLogCommand> check = ChangeLogCommand.parse(arguments);
    if (check.isPresent()) {
      return withSettings(settings -> verify(settings, check.get()));
    }
    if (arguments.size() == 2 && arguments.getFirst().equals("backup")) {
      return withBackups(commands -> commands.backup(Path.of(arguments.getLast())));
    }
    if (arguments.size() == 2 && arguments.getFirst().equals("restore")) {
      return withBackups(commands -> commands.restore(Path.of(arguments.getLast())));
    }
    return switch (String.join(" ", arguments)) {
      case "serve" -> withSettings(this::serve);
      case "rehearse" -> Optional.of(new Rehearsal(out, new SecureRandom()).run() ? DONE : FAILED);
      case "", "help", "--help", "-h" -> {
        out.print(HELP);
        yield Optional.of(DONE);
      }
      default -> operate(arguments);
    };
  }

  private Optional<Integer> operate(List<String> arguments) {
    boolean asked = arguments.contains("--password-stdin");
    List<String> words =
        arguments.stream().filter(word -> !word.equals("--password-stdin")).toList();
    boolean known =
        OperatorCommand.parse(words, Optional.empty()).isPresent()
            && (!asked || words.getFirst().equals("admin"));
    if (!known) {
      error.println("Claviger: there is no command " + String.join(" ", arguments) + "\n");
      error.print(HELP);
      return Optional.of(USAGE);
    }
    return withSettings(settings -> {
      try {
        Optional<String> password = asked ? Optional.of(line()) : Optional.empty();
        OperatorCommand command = OperatorCommand.parse(words, password).orElseThrow();
        Operator.Report report =
            Installation.operate(settings, command, InstantSource.system(), new SecureRandom());
        if (!report.done()) {
          return failed(report.text());
        }
        out.println(report.text());
        return Optional.of(DONE);
      } catch (StoreUnavailable e) {
        return failed(StartProblem.of(settings, e).orElseThrow(() -> e));
      } catch (IOException e) {
        return failed("standard input cannot be read: " + e.getMessage());
      }
    });
  }

  /** The first line of standard input, without its end; empty when there is none. */
  private String line() throws IOException {
    String line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
    return line == null ? "" : line;
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
      return failed("the file of settings cannot be read: " + StartProblem.firstLine(e));
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
          new BackupCommands(Installation.database(settings), InstantSource.system(), out);
      try {
        return Optional.of(work.test(commands) ? DONE : FAILED);
      } catch (BackupProblem | InvalidPathException e) {
        return failed(String.valueOf(e.getMessage()));
      } catch (StoreUnavailable e) {
        return failed(StartProblem.of(settings, e).orElseThrow(() -> e));
      }
    });
  }

  private Optional<Integer> verify(Settings settings, ChangeLogCommand command) {
    try {
      return switch (command.run(settings, new SecureRandom())) {
        case Parsed.Rejected<Report>(String reason) -> failed(reason);
        case Parsed.Ok<Report>(Report report) -> {
          out.println(report.text());
          yield Optional.of(
              switch (report.outcome()) {
                case INTACT -> DONE;
                case BROKEN -> FAILED;
                case UNKNOWN -> UNKNOWN;
              });
        }
      };
    } catch (StoreUnavailable e) {
      return failed(StartProblem.of(settings, e).orElseThrow(() -> e));
    } catch (SecretKeyProblem e) {
      return failed(String.valueOf(e.getMessage()));
    }
  }
}
