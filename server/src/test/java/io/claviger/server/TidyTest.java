package io.claviger.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a reviewer would otherwise have to say again and again, about every Java file of the
 * project.
 */
class TidyTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final int FILE_LINES_MAX = 500;

  /** Not outside the places where things are put together: the rest gets them passed in. */
  private static final Map<Pattern, String> BANNED =
      Map.of(
          Pattern.compile("\\bInstant\\.now\\(\\)|System\\.currentTimeMillis\\("),
              "take an InstantSource",
          Pattern.compile("UUID\\.randomUUID\\(|Math\\.random\\("), "take a RandomGenerator",
          Pattern.compile("new SecureRandom\\("), "take a RandomGenerator",
          Pattern.compile("printStackTrace\\("), "log it",
          Pattern.compile("\\b(TODO|FIXME|XXX)\\b"), "finish it or leave it out",
          Pattern.compile("String\\.format\\([^)]*SELECT|\"SELECT \\*"), "name the columns",
          Pattern.compile("@Disabled|@Ignore\\b|assumeTrue\\("), "no test is skipped",
          Pattern.compile("Thread\\.sleep\\("), "wait for the event");

  private static final List<String> PUT_TOGETHER_HERE =
      List.of(
          "Main.java",
          "Wiring.java",
          "TestServer.java",
          "TidyTest.java",
          "World.java",
          "DecisionBenchmark.java",
          "StateIngestion.java");

  @Test
  void filesFitInAHead() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : javaFiles("")) {
      long lines = Files.readAllLines(file).size();
      if (lines > FILE_LINES_MAX) {
        tooLong.add(ROOT.relativize(file) + " has " + lines + " lines");
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void nothingIsUsedThatHasABetterWay() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : javaFiles("src/main")) {
      if (PUT_TOGETHER_HERE.contains(file.getFileName().toString())) {
        continue;
      }
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        for (Map.Entry<Pattern, String> ban : BANNED.entrySet()) {
          if (ban.getKey().matcher(lines.get(i)).find()) {
            found.add(ROOT.relativize(file) + ":" + (i + 1) + " " + ban.getValue());
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /** Only answers to a creation reveal a secret. */
  @Test
  void secretsAreRevealedInFewPlaces() throws IOException {
    List<String> callers = new ArrayList<>();
    for (Path file : javaFiles("server/src/main")) {
      if (Files.readString(file).contains(".revealOnce()")) {
        callers.add(file.getFileName().toString());
      }
    }
    assertThat(callers)
        .as("a new place that shows a secret must be looked at by somebody")
        .isSubsetOf(
            "ApiTokens.java",
            "PersonalAccessTokens.java",
            "AccessKeys.java",
            "DeviceAuthentication.java",
            "Sessions.java",
            "SecondFactorSettings.java",
            "MessageLinks.java");
  }

  private static List<Path> javaFiles(String below) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains(below))
          .filter(file -> !file.toString().contains("/target/"))
          .filter(file -> !file.toString().contains("/node_modules/"))
          .toList();
    }
  }
}
