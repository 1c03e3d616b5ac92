package io.claviger.server;

import io.claviger.core.Parsed;
import io.claviger.server.settings.Settings;
import io.claviger.server.settings.SettingsReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The commands of {@code ./claviger}. */
public final class Main {
  private static final int USAGE = 64;

  private Main() {}

  /** Runs the command that the first argument names. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = System.out;
    String command = arguments.length == 0 ? "help" : arguments[0];
    switch (command) {
      case "serve" -> serve(readSettings(), out);
      default -> {
        out.println("usage: claviger serve");
        System.exit(command.equals("help") ? 0 : USAGE);
      }
    }
  }

  private static Settings readSettings() throws IOException {
    Map<String, String> environment = System.getenv();
    Path file = Path.of(environment.getOrDefault("CLAVIGER_CONFIG", "claviger.properties"));
    return switch (SettingsReader.read(properties(file), environment)) {
      case Parsed.Ok<Settings>(Settings settings) -> settings;
      case Parsed.Rejected<Settings>(String problems) -> {
        System.err.println("Claviger does not start with these settings:\n" + problems);
        System.exit(USAGE);
        throw new IllegalStateException("unreachable");
      }
    };
  }

  private static Map<String, String> properties(Path file) throws IOException {
    Map<String, String> values = new TreeMap<>();
    if (Files.exists(file)) {
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      }
      properties.forEach((name, value) -> values.put(name.toString(), value.toString()));
    }
    return values;
  }

  private static void serve(Settings settings, PrintStream out) {
    Wiring server = Wiring.start(settings, InstantSource.system(), new SecureRandom());
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
    out.println("Claviger listens on http://" + settings.api().host() + ":" + server.apiPort());
  }
}
