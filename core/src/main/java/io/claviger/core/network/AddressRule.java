package io.claviger.core.network;

import java.util.List;
import java.util.Optional;

/**
 * From where an access key may be used (KEY-50, KEY-51).
 *
 * <p>A client whose address is not known cannot be shown to be inside or outside a range, so every
 * rule that names ranges refuses it (KEY-53).
 */
public sealed interface AddressRule {
  /** The ranges a rule may name (LIM-2). */
  int RANGES_MAX = 100;

  /** From everywhere, also from an unknown address. The default (KEY-8). */
  record Anyone() implements AddressRule {}

  /**
   * From these ranges alone.
   *
   * @param ranges 1 to {@value AddressRule#RANGES_MAX}
   */
  record Only(List<Cidr> ranges) implements AddressRule {
    /**
     * Copies the ranges.
     *
     * @throws IllegalArgumentException when there is none or too many
     */
    public Only {
      ranges = checked(ranges);
    }
  }

  /**
   * From everywhere but these ranges.
   *
   * @param ranges 1 to {@value AddressRule#RANGES_MAX}
   */
  record Except(List<Cidr> ranges) implements AddressRule {
    /**
     * Copies the ranges.
     *
     * @throws IllegalArgumentException when there is none or too many
     */
    public Except {
      ranges = checked(ranges);
    }
  }

  /**
   * Whether a client may come from here.
   *
   * @param from the client's address, empty when unknown (see {@link ClientAddress})
   */
  default boolean permits(Optional<IpAddress> from) {
    return switch (this) {
      case Anyone() -> true;
      case Only(List<Cidr> ranges) -> from.isPresent() && Cidr.anyContains(ranges, from.get());
      case Except(List<Cidr> ranges) -> from.isPresent() && !Cidr.anyContains(ranges, from.get());
    };
  }

  private static List<Cidr> checked(List<Cidr> ranges) {
    if (ranges.isEmpty() || ranges.size() > RANGES_MAX) {
      throw new IllegalArgumentException("a rule names 1 to " + RANGES_MAX + " ranges");
    }
    return List.copyOf(ranges);
  }
}
