package io.claviger.core.topic;

import java.util.Locale;
import java.util.Optional;

/**
 * A topic that belongs to one device: {@code losant/{deviceId}/state} or {@code
 * losant/{deviceId}/command} (KEY-60).
 *
 * @param deviceId 24 hexadecimal digits in lower case
 * @param kind which of the device's topics
 */
public record DeviceTopic(String deviceId, Kind kind) {
  private static final String START = CustomTopics.PLATFORM + TopicText.SEPARATOR;

  private static final int ID_LENGTH = 24;

  /** What a device's topic is for. */
  public enum Kind {
    /** The device reports its state there. */
    STATE("/state"),
    /** The device receives commands there. */
    COMMAND("/command");

    private final String end;

    Kind(String end) {
      this.end = end;
    }
  }

  /**
   * Checks the id.
   *
   * @throws IllegalArgumentException when it is no device id in lower case
   */
  public DeviceTopic {
    if (!isDeviceId(deviceId)) {
      throw new IllegalArgumentException("a device id has 24 hexadecimal digits in lower case");
    }
  }

  /**
   * Recognises the topic of a device, or answers empty. The digits of the id may be of either case
   * (WIR-7); all else is compared exactly.
   */
  public static Optional<DeviceTopic> parse(TopicName topic) {
    String text = topic.text();
    int idEnd = START.length() + ID_LENGTH;
    if (!text.startsWith(START)) {
      return Optional.empty();
    }
    for (Kind kind : Kind.values()) {
      if (text.length() == idEnd + kind.end.length() && text.endsWith(kind.end)) {
        String id = text.substring(START.length(), idEnd).toLowerCase(Locale.ROOT);
        return isDeviceId(id) ? Optional.of(new DeviceTopic(id, kind)) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** The topic's name. */
  public TopicName name() {
    return TopicName.parse(START + deviceId + kind.end).orThrow();
  }

  private static boolean isDeviceId(String text) {
    if (text.length() != ID_LENGTH) {
      return false;
    }
    for (int i = 0; i < ID_LENGTH; i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }
}
