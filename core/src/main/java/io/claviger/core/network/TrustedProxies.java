package io.claviger.core.network;

import io.claviger.core.Parsed;
import java.util.ArrayList;
import java.util.List;

/**
 * The proxies whose {@code X-Forwarded-For} header is believed (KEY-53).
 *
 * @param ranges where they are; empty when no header is believed
 */
public record TrustedProxies(List<Cidr> ranges) {
  /** No header is believed: the client is whoever opened the connection. */
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  /** Generous: the published lists of the large delivery networks hold some hundred ranges. */
  static final int RANGES_MAX = 1000;

  /** Copies the ranges. */
  public TrustedProxies {
    ranges = List.copyOf(ranges);
  }

  /**
   * Reads addresses and ranges separated by commas, such as {@code 127.0.0.1, 10.0.0.0/8}. Blank
   * text is {@link #NONE}; an empty or unreadable element rejects the whole list.
   */
  public static Parsed<TrustedProxies> parse(String text) {
    if (text.isBlank()) {
      return Parsed.ok(NONE);
    }
    List<Cidr> ranges = new ArrayList<>();
    // The limit keeps empty elements at the end and bounds the work for a list that is too long.
    for (String element : text.split(",", RANGES_MAX + 1)) {
      if (ranges.size() == RANGES_MAX) {
        return Parsed.rejected("must not name more than " + RANGES_MAX + " ranges");
      }
      switch (Cidr.parse(element.strip())) {
        case Parsed.Ok<Cidr>(Cidr range) -> ranges.add(range);
        case Parsed.Rejected<Cidr>(String reason) -> {
          return Parsed.rejected("element " + (ranges.size() + 1) + " " + reason);
        }
      }
    }
    return Parsed.ok(new TrustedProxies(ranges));
  }

  /** Whether this address is a trusted proxy. */
  public boolean contains(IpAddress address) {
    return Cidr.anyContains(ranges, address);
  }
}
