package io.claviger.server;

import io.claviger.core.Parsed;
import io.claviger.core.change.ChainHash;
import io.claviger.core.change.ChainHead;
import io.claviger.core.change.HashChain;
import io.claviger.core.change.Verification;
import io.claviger.server.account.FirstAdministrator;
import io.claviger.server.changelog.Checkpoint;
import io.claviger.server.mqtt.Broker;
import io.claviger.server.operator.Operator;
import io.claviger.server.operator.OperatorCommand;
import io.claviger.server.settings.Settings;
import io.claviger.server.settings.SettingsReader;
import io.claviger.store.ChangeLogCheck;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
        changelog verify        check the hash chain of the change log; with <entries>:<head> from
                                an earlier check, that nothing up to there was cut or written anew;
                                with --checkpoint FILE [--key BASE64] the same with a signed checkpoint
        backup FILE             copy the whole database into a file
        restore FILE            fill an empty database from such a file; no server may use it
        admin create EMAIL [--password-stdin]
                                make an account; its password is shown once, or read from standard input
        user unlock EMAIL       end the lock after failed log-ins and wrong codes
        user reset-two-factor EMAIL|--all
                                take a second factor away, or all of them
        organization disable|enable|read-only|writable ID
                                close an organization or open it again
        help                    this text

      All but serve and restore also work beside a running server.
      Settings are CLAVIGER_* variables, or lines in claviger.properties; docs/operating.md lists them.
      """;

  private static final Pattern NOTE = Pattern.compile("(\\d{1,18}):([0-9a-f]{64})");

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
    if (arguments.size() == 3 && arguments.subList(0, 2).equals(List.of("changelog", "verify"))) {
      Matcher note = NOTE.matcher(arguments.get(2));
      if (note.matches()) {
        ChainHead noted =
            new ChainHead(Long.parseLong(note.group(1)), new ChainHash(note.group(2)));
        return withSettings(settings -> verify(settings, noted));
      }
    }
    if (arguments.size() >= 4
        && arguments.subList(0, 3).equals(List.of("changelog", "verify", "--checkpoint"))) {
      return checkpoint(arguments.subList(3, arguments.size()));
    }
    if (arguments.size() == 2 && arguments.getFirst().equals("backup")) {
      return withBackups(commands -> commands.backup(Path.of(arguments.getLast())));
    }
    if (arguments.size() == 2 && arguments.getFirst().equals("restore")) {
      return withBackups(commands -> commands.restore(Path.of(arguments.getLast())));
    }
    return switch (String.join(" ", arguments)) {
      case "serve" -> withSettings(this::serve);
      case "changelog verify" -> withSettings(settings -> verify(settings, HashChain.genesis()));
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
      error.print(HELP);
      return Optional.of(USAGE);
    }
    return withSettings(settings -> {
      try {
        Optional<String> password = asked ? Optional.of(line()) : Optional.empty();
        OperatorCommand command = OperatorCommand.parse(words, password).orElseThrow();
        Operator.Report report =
            Wiring.operate(settings, command, InstantSource.system(), new SecureRandom());
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

  /**
   * Checks the log against a checkpoint that was kept elsewhere. Without a key of one's own the key
   * in the checkpoint is believed, which proves that it was not damaged, and no more.
   */
  private Optional<Integer> checkpoint(List<String> rest) {
    boolean keyed = rest.size() == 3 && rest.get(1).equals("--key");
    if (rest.size() != 1 && !keyed) {
      error.print(HELP);
      return Optional.of(USAGE);
    }
    Parsed<Checkpoint> parsed;
    try {
      parsed = Checkpoint.parse(Files.readAllBytes(Path.of(rest.getFirst())));
    } catch (IOException e) {
      return failed("the checkpoint cannot be read: " + e.getMessage());
    }
    return switch (parsed) {
      case Parsed.Rejected<Checkpoint>(String reason) -> failed("the file " + reason);
      case Parsed.Ok<Checkpoint>(Checkpoint checkpoint) -> {
        if (keyed && !checkpoint.publicKey().equals(rest.getLast())) {
          yield failed("the checkpoint is signed with another key");
        }
        yield checkpoint.isSigned()
            ? withSettings(settings -> verify(settings, checkpoint.head()))
            : failed("the signature of the checkpoint is wrong");
      }
    };
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

  private Optional<Integer> verify(Settings settings, ChainHead noted) {
    try {
      return switch (ChangeLogCheck.verify(Wiring.databaseSettings(settings), noted)) {
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
