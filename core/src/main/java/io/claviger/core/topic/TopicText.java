package io.claviger.core.topic;

import java.util.Optional;

/** What topic names and topic filters have in common (MQTT 3.1.1 sections 1.5.3 and 4.7.3). */
final class TopicText {
  /** A string on the wire has a length of two bytes. */
  static final int BYTES_MAX = 65_535;

  static final char SEPARATOR = '/';
  static final char ONE_LEVEL = '+';
  static final char ALL_LEVELS = '#';

  /** Names that start so belong to the broker: MQTT 3.1.1 section 4.7.2. */
  static final char RESERVED = '$';

  private TopicText() {}

  /** Why the text can be neither a name nor a filter, if so. */
  static Optional<String> refusal(String text) {
    if (text.isEmpty()) {
      return Optional.of("must not be empty");
    }
    int bytes = 0;
    // Every character takes a byte or more, so the text is never read past the limit.
    for (int i = 0; i < text.length() && bytes <= BYTES_MAX; i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return Optional.of("must not contain the null character");
      }
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return Optional.of("must be well-formed Unicode");
        }
        i++;
        bytes += 4;
      } else {
        bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
      }
    }
    return bytes > BYTES_MAX
        ? Optional.of("must not be longer than " + BYTES_MAX + " bytes in UTF-8")
        : Optional.empty();
  }

  /** Where the level that starts at {@code from} ends. */
  static int endOfLevel(String text, int from) {
    int separator = text.indexOf(SEPARATOR, from);
    return separator < 0 ? text.length() : separator;
  }

  static boolean sameLevel(String one, int from, int end, String two, int from2, int end2) {
    return end - from == end2 - from2 && one.regionMatches(from, two, from2, end - from);
  }
}
