package io.claviger.core.scope;

import java.util.HashSet;
import java.util.List;

/**
 * The scope that a credential carries, as it was granted and as it is stored: names, never their
 * expansion, so that an umbrella keeps its meaning when the catalogue grows. Never empty and
 * without repetition. A name that the catalogue of the day does not know grants nothing.
 *
 * @param names the names in the order in which they were given
 */
public record ScopeNames(List<String> names) {
  /** Longest name that can be carried, in characters. */
  public static final int NAME_LENGTH_MAX = 1024;

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException when there is no name, a repeated one, or one outside
   *     1..{@link #NAME_LENGTH_MAX} characters
   */
  public ScopeNames {
    names = List.copyOf(names);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a scope needs at least one name");
    }
    if (new HashSet<>(names).size() != names.size()) {
      throw new IllegalArgumentException("a scope must not repeat a name");
    }
    for (String name : names) {
      if (name.isEmpty() || name.length() > NAME_LENGTH_MAX) {
        throw new IllegalArgumentException("a scope name has 1 to 1024 characters");
      }
    }
  }
}
