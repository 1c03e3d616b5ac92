package io.claviger.core.device;

import io.claviger.core.Parsed;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What kind of thing a device is (KEY-30), which settles whether it can hold a connection of its
 * own (KEY-31).
 */
public enum DeviceClass {
  STANDALONE("standalone", true),
  GATEWAY("gateway", true),
  PERIPHERAL("peripheral", false),
  /** The older name for a peripheral of any gateway (KEY-31). */
  FLOATING("floating", false),
  EDGE_COMPUTE("edgeCompute", true),
  /** An aggregate of other devices; takes no state itself. */
  SYSTEM("system", false),
  EMBEDDED("embedded", true);

  private final String wireName;
  private final boolean authenticates;

  DeviceClass(String wireName, boolean authenticates) {
    this.wireName = wireName;
    this.authenticates = authenticates;
  }

  /** The name used in JSON. */
  public String wireName() {
    return wireName;
  }

  /** Whether such a device may authenticate with an access key (KEY-31). */
  public boolean mayAuthenticate() {
    return authenticates;
  }

  /** Whether such a device speaks for peripherals (KEY-33). */
  public boolean isGateway() {
    return this == GATEWAY || this == EDGE_COMPUTE;
  }

  /** Whether such a device is reached through a gateway (KEY-31, KEY-33). */
  public boolean isPeripheral() {
    return this == PERIPHERAL || this == FLOATING;
  }

  /** Reads a name used in JSON; case matters. */
  public static Parsed<DeviceClass> parse(String text) {
    Optional<DeviceClass> found =
        Arrays.stream(values()).filter(value -> value.wireName.equals(text)).findFirst();
    return found
        .map(Parsed::ok)
        .orElseGet(() ->
            Parsed.rejected(
                Arrays.stream(values())
                    .map(DeviceClass::wireName)
                    .collect(Collectors.joining(", ", "must be one of ", ""))));
  }
}
