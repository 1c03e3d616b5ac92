package io.claviger.server;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Between the decision about a request and its turn to write, its credential may be taken back. So
 * the first statement of every write puts the question once more, or stands below with a reason.
 */
class WritesAskAgainTest {
  private static final Path SOURCES = Path.of("src", "main", "java").toAbsolutePath();

  private static final Pattern WRITE =
      Pattern.compile("\\bdatabase\\s*\\.\\s*(?:write|run)\\(\\s*");

  private static final Pattern LAMBDA = Pattern.compile("\\G\\w+ ->\\s*(\\{?)\\s*([^;]*);");

  /** The question of the call once more; or all of it anew, at the place that the body names. */
  private static final Pattern ASKS =
      Pattern.compile(
          "call\\.requireStillAllowed\\(\\)|call\\.confirmed\\(\\)"
              + "|owners\\.atOwner\\(call\\)|place\\.apply\\(call\\)|admission\\.get\\(\\)");

  /** Writes that answer no bearer, by file and the beginning of their first statement. */
  private static final Map<String, String> REASONS =
      new TreeMap<>(
          Map.ofEntries(
              entry("AccountRelease.java List<UserRow> rows", "runs by itself"),
              entry("AccountRelease.java Optional<UserRow> found", "an operator's command"),
              entry("AccountRepair.java ", "an operator's command"),
              entry("Checkpoints.java store.insert(", "runs at the start"),
              entry(
                  "DeviceInbox.java written.addAll(allowed(batch))",
                  "every message of the batch is asked for again"),
              entry(
                  "DeviceInbox.java transaction.position() == known",
                  "asked a moment before, and nothing has changed since"),
              entry(
                  "CommandQueue.java jobs.step(",
                  "the command was accepted, for devices that were chosen then"),
              entry("DevicePurge.java this::purge", "runs by itself"),
              entry(
                  "EmailVerification.java MailLink link = valid(",
                  "the link is the credential, and is looked up here"),
              entry("FirstAdministrator.java if (!wanted", "runs at the start, or commanded"),
              entry(
                  "InvitationAnswers.java InvitationRow invitation = byLink(",
                  "the link is the credential, and is looked up here"),
              entry("MailSender.java ", "runs by itself"),
              entry("PayloadCounts.java HistoryCounts.", "runs by itself"),
              entry("OrganizationRescue.java ", "an operator's command"),
              entry("OrganizationSwitches.java organizations.find(", "an operator's command"),
              entry("PasswordCheck.java !countFailure(", "counts a failure, whoever asks"),
              entry(
                  "PasswordCheck.java UserRow user = present(",
                  "the work that is handed over asks, after the code"),
              entry("PasswordReset.java boolean within", "asked by nobody yet"),
              entry("PasswordReset.java finish(", "the link is the credential"),
              entry("SignUp.java requireFree(", "asked by nobody yet")));

  @Test
  void everyWriteAsksOnceMore() throws IOException {
    List<String> silent = new ArrayList<>();
    Set<String> used = new TreeSet<>();
    for (Path file : sources()) {
      for (String statement : firstStatements(Files.readString(file))) {
        if (ASKS.matcher(statement).find()) {
          continue;
        }
        String found = file.getFileName() + " " + statement;
        REASONS.keySet().stream().filter(found::startsWith).forEach(used::add);
        if (REASONS.keySet().stream().noneMatch(found::startsWith)) {
          silent.add(found);
        }
      }
    }
    assertThat(silent)
        .as("begin the write with call.requireStillAllowed(), or give a reason here")
        .isEmpty();
    assertThat(used).as("reasons for writes that are no more").isEqualTo(REASONS.keySet());
  }

  /** The test itself sees what it is to see. */
  @Test
  void findsTheFirstStatementOfAWrite() {
    assertThat(
            firstStatements(
                "x = database.write(transaction -> {\n  call.requireStillAllowed();\n  save();\n});"
                    + "database\n  .run(it -> save(it));"
                    + "database.run(this::purge);"
                    + "database.read(handle -> look(handle));"))
        .containsExactly("call.requireStillAllowed()", "save(it))", "this::purge)");
  }

  private static List<String> firstStatements(String source) {
    List<String> statements = new ArrayList<>();
    Matcher write = WRITE.matcher(source);
    while (write.find()) {
      Matcher lambda = LAMBDA.matcher(source);
      String statement =
          lambda.find(write.end())
              ? lambda.group(2)
              : source.substring(write.end(), source.indexOf(';', write.end()));
      statements.add(statement.replaceAll("\\s+", " ").strip());
    }
    return statements;
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
      assertThat(found).hasSizeGreaterThan(100);
      return found;
    }
  }
}
