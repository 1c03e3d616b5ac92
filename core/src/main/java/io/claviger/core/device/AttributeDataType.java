package io.claviger.core.device;

import io.claviger.core.Parsed;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the values of a device attribute are (DEV-2). */
public enum AttributeDataType {
  STRING("string"),
  NUMBER("number"),
  GPS("gps"),
  BOOLEAN("boolean"),
  BLOB("blob");

  private final String wireName;

  AttributeDataType(String wireName) {
    this.wireName = wireName;
  }

  /** The name used in JSON. */
  public String wireName() {
    return wireName;
  }

  /** Reads a name used in JSON; case matters. */
  public static Parsed<AttributeDataType> parse(String text) {
    Optional<AttributeDataType> found =
        Arrays.stream(values()).filter(value -> value.wireName.equals(text)).findFirst();
    return found
        .map(Parsed::ok)
        .orElseGet(() ->
            Parsed.rejected(
                Arrays.stream(values())
                    .map(AttributeDataType::wireName)
                    .collect(Collectors.joining(", ", "must be one of ", ""))));
  }
}
