package io.claviger.core.topic;

import static io.claviger.core.topic.TopicText.ALL_LEVELS;
import static io.claviger.core.topic.TopicText.ONE_LEVEL;
import static io.claviger.core.topic.TopicText.RESERVED;
import static io.claviger.core.topic.TopicText.SEPARATOR;
import static io.claviger.core.topic.TopicText.endOfLevel;
import static io.claviger.core.topic.TopicText.sameLevel;

import io.claviger.core.Parsed;
import java.util.Optional;

/**
 * A set of topic names, written with the wildcards {@code +} (one level) and {@code #} (all further
 * levels, also none): MQTT 3.1.1 section 4.7.
 *
 * <p>A wildcard in the first level matches no name that starts with {@code $}. Empty levels count,
 * so {@code a}, {@code a/} and {@code /a} are three topics. A shared subscription of MQTT 5 ({@code
 * $share/group/filter}) is not taken apart here: as a filter it matches nothing that is published.
 */
public final class TopicFilter {
  private static final String REST = "/#";

  private final String text;

  /**
   * The same set of names, written so that the fixed part has as many levels as the shortest name
   * matched. It differs from the text in two cases: {@code #} is {@code +/#}, because a name has at
   * least one level, and {@code /#} is {@code /+/#}, because the empty string is no name.
   */
  private final String canonical;

  /** Whether further levels may follow the fixed part of {@link #canonical}. */
  private final boolean open;

  /** Where the fixed part of {@link #canonical} ends. */
  private final int fixedEnd;

  /**
   * Where the literal start of {@link #canonical} ends. Comparing it first refuses most topics in
   * one step, which tells where lists are long and their entries share the first levels.
   */
  private final int literalEnd;

  private TopicFilter(String text) {
    this.text = text;
    this.canonical =
        switch (text) {
          case "#" -> "+/#";
          case REST -> "/+/#";
          default -> text;
        };
    this.open = canonical.endsWith(REST);
    this.fixedEnd = canonical.length() - (open ? REST.length() : 0);
    int wildcard = canonical.indexOf(ONE_LEVEL);
    this.literalEnd = wildcard < 0 ? fixedEnd : wildcard;
  }

  /** Reads a filter of 1 to 65535 bytes: wildcards fill whole levels, {@code #} only the last. */
  public static Parsed<TopicFilter> parse(String text) {
    Optional<String> refusal = TopicText.refusal(text).or(() -> wildcardRefusal(text));
    return refusal.isPresent() ? Parsed.rejected(refusal.get()) : Parsed.ok(new TopicFilter(text));
  }

  private static Optional<String> wildcardRefusal(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != ONE_LEVEL && c != ALL_LEVELS) {
        continue;
      }
      boolean startsLevel = i == 0 || text.charAt(i - 1) == SEPARATOR;
      boolean last = i + 1 == text.length();
      if (!startsLevel || !(last || text.charAt(i + 1) == SEPARATOR)) {
        return Optional.of("must use the wildcard " + c + " as a whole level");
      }
      if (c == ALL_LEVELS && !last) {
        return Optional.of("must use the wildcard # as the last level only");
      }
    }
    return Optional.empty();
  }

  /** The filter as it was written. */
  public String text() {
    return text;
  }

  /** The only name this filter matches, or empty when it has a wildcard. */
  public Optional<TopicName> onlyName() {
    return TopicName.parse(text).toOptional();
  }

  /** Whether a message published to this name is meant. */
  public boolean matches(TopicName topic) {
    String name = topic.text();
    if (!name.regionMatches(0, canonical, 0, literalEnd)
        || (startsWithWildcard() && name.charAt(0) == RESERVED)) {
      return false;
    }
    int at = 0;
    int nameAt = 0;
    while (true) {
      int end = endOfLevel(canonical, at);
      int nameEnd = endOfLevel(name, nameAt);
      if (!isOneLevel(at, end) && !sameLevel(canonical, at, end, name, nameAt, nameEnd)) {
        return false;
      }
      if (end == fixedEnd) {
        return open || nameEnd == name.length();
      }
      if (nameEnd == name.length()) {
        return false;
      }
      at = end + 1;
      nameAt = nameEnd + 1;
    }
  }

  /**
   * Whether this filter matches every name that the other matches. Names longer than MQTT allows
   * count too, which matters only to filters of nearly that length and errs towards {@code false}.
   */
  public boolean covers(TopicFilter other) {
    if (!other.canonical.regionMatches(0, canonical, 0, literalEnd)
        || (other.open && !open)
        || (startsWithWildcard() && other.startsWithReserved())) {
      return false;
    }
    int at = 0;
    int otherAt = 0;
    while (true) {
      int end = endOfLevel(canonical, at);
      int otherEnd = endOfLevel(other.canonical, otherAt);
      // The other's + stands for infinitely many levels: no literal covers it, and none equals it.
      if (!isOneLevel(at, end)
          && !sameLevel(canonical, at, end, other.canonical, otherAt, otherEnd)) {
        return false;
      }
      if (end == fixedEnd) {
        return open || otherEnd == other.fixedEnd;
      }
      if (otherEnd == other.fixedEnd) {
        return false;
      }
      at = end + 1;
      otherAt = otherEnd + 1;
    }
  }

  /**
   * Whether some name is matched by both filters. Names longer than MQTT allows count too, which
   * matters only to filters of nearly that length and errs towards {@code true}.
   */
  public boolean overlaps(TopicFilter other) {
    if ((startsWithWildcard() && other.startsWithReserved())
        || (other.startsWithWildcard() && startsWithReserved())) {
      return false;
    }
    int at = 0;
    int otherAt = 0;
    while (true) {
      int end = endOfLevel(canonical, at);
      int otherEnd = endOfLevel(other.canonical, otherAt);
      if (!isOneLevel(at, end)
          && !other.isOneLevel(otherAt, otherEnd)
          && !sameLevel(canonical, at, end, other.canonical, otherAt, otherEnd)) {
        return false;
      }
      boolean done = end == fixedEnd;
      boolean otherDone = otherEnd == other.fixedEnd;
      if (done || otherDone) {
        return (done || other.open) && (otherDone || open);
      }
      at = end + 1;
      otherAt = otherEnd + 1;
    }
  }

  /** Whether the first level is a wildcard. */
  boolean startsWithWildcard() {
    return literalEnd == 0;
  }

  /** Whether the first level starts with {@code $}. */
  boolean startsWithReserved() {
    return canonical.charAt(0) == RESERVED;
  }

  private boolean isOneLevel(int from, int end) {
    return end - from == 1 && canonical.charAt(from) == ONE_LEVEL;
  }

  /** Filters are equal when they are written alike; compare sets with {@link #covers}. */
  @Override
  public boolean equals(Object other) {
    return other instanceof TopicFilter filter && text.equals(filter.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The filter as it was written. */
  @Override
  public String toString() {
    return text;
  }
}
