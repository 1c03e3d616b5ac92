package io.claviger.core.topic;

import io.claviger.core.Parsed;
import java.util.Optional;

/**
 * The topic a message is published to: levels separated by {@code /}, which may be empty and are
 * compared character by character (MQTT 3.1.1 section 4.7.3).
 */
public final class TopicName {
  private final String text;

  private TopicName(String text) {
    this.text = text;
  }

  /**
   * Reads a topic name: 1 to 65535 bytes in UTF-8, without the null character and lone surrogates.
   * A wildcard in it is refused (KEY-64).
   */
  public static Parsed<TopicName> parse(String text) {
    if (text.indexOf(TopicText.ONE_LEVEL) >= 0 || text.indexOf(TopicText.ALL_LEVELS) >= 0) {
      return Parsed.rejected("must not contain the wildcards + and #");
    }
    Optional<String> refusal = TopicText.refusal(text);
    return refusal.isPresent() ? Parsed.rejected(refusal.get()) : Parsed.ok(new TopicName(text));
  }

  /** The name itself. */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopicName name && text.equals(name.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The name itself. */
  @Override
  public String toString() {
    return text;
  }
}
