package io.claviger.core.scope;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Reads the project's tables the plain way, independently of the code under test. */
final class SpecFiles {
  private SpecFiles() {}

  static String text(String resource) {
    try (var in = Objects.requireNonNull(SpecFiles.class.getResourceAsStream(resource), resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines that are not comments, without the header. */
  static List<String> lines(String resource) {
    return text(resource)
        .lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .skip(1)
        .map(String::strip)
        .toList();
  }

  /** The cells of a pipe-separated table. */
  static List<List<String>> table(String resource) {
    return lines(resource).stream()
        .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList())
        .toList();
  }

  /** For each action id the names in its scopes column. */
  static Map<String, Set<String>> actionScopes() {
    var scopes = new HashMap<String, Set<String>>();
    for (String line : lines("/io/claviger/spec/actions.tsv")) {
      String[] cells = line.split("\t");
      scopes.put(cells[0], Set.of(cells[6].split(" ")));
    }
    return scopes;
  }
}
