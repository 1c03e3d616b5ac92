package io.claviger.core.state;

import io.claviger.core.device.AttributeDataType;
import io.claviger.core.state.AttributeValue.Flag;
import io.claviger.core.state.AttributeValue.Numeric;
import io.claviger.core.state.AttributeValue.Text;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes a reported value one of the type that its attribute has (STA-4). */
public final class Coercion {
  /** Bytes of a text in UTF-8. */
  public static final int TEXT_BYTES_MAX = 64 * 1024;

  /** Bytes of a blob, as the longest message that a device may send. */
  public static final int BLOB_BYTES_MAX = 256 * 1024;

  /** Characters of a number in a text. */
  private static final int NUMBER_LENGTH_MAX = 64;

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?");

  private Coercion() {}

  /** The value as one of that type; empty when it cannot be made one, or is too long. */
  public static Optional<AttributeValue> to(AttributeDataType type, AttributeValue given) {
    return switch (type) {
      case NUMBER -> number(given);
      case STRING -> text(given);
      case BOOLEAN -> flag(given);
      case GPS -> given instanceof Text(String text) ? GpsText.parse(text).map(Text::new) : none();
      case BLOB -> given instanceof Text(String text) ? bounded(text, BLOB_BYTES_MAX) : none();
    };
  }

  private static Optional<AttributeValue> none() {
    return Optional.empty();
  }

  private static Optional<AttributeValue> number(AttributeValue given) {
    return switch (given) {
      case Numeric number -> Optional.of(number);
      case Flag(boolean yes) -> Optional.of(new Numeric(yes ? 1 : 0));
      case Text(String text) -> number(text.strip());
    };
  }

  private static Optional<AttributeValue> number(String text) {
    if (text.length() > NUMBER_LENGTH_MAX || !NUMBER.matcher(text).matches()) {
      return Optional.empty();
    }
    double value = Double.parseDouble(text);
    return Double.isFinite(value) ? Optional.of(new Numeric(value)) : Optional.empty();
  }

  private static Optional<AttributeValue> text(AttributeValue given) {
    return switch (given) {
      case Numeric(double value) -> Optional.of(new Text(AttributeValue.text(value)));
      case Flag(boolean yes) -> Optional.of(new Text(Boolean.toString(yes)));
      case Text(String text) -> bounded(text, TEXT_BYTES_MAX);
    };
  }

  private static Optional<AttributeValue> bounded(String text, int bytesMax) {
    // A character is at least one byte, so most texts need not be encoded to be measured.
    boolean fits =
        text.length() <= bytesMax / 3
            || (text.length() <= bytesMax
                && text.getBytes(StandardCharsets.UTF_8).length <= bytesMax);
    return fits ? Optional.of(new Text(text)) : Optional.empty();
  }

  private static Optional<AttributeValue> flag(AttributeValue given) {
    return switch (given) {
      case Flag flag -> Optional.of(flag);
      case Numeric(double value) -> Optional.of(new Flag(value != 0));
      case Text(String text) ->
          switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1" -> Optional.of(new Flag(true));
            case "false", "0" -> Optional.of(new Flag(false));
            default -> Optional.empty();
          };
    };
  }
}
