package io.claviger.core.network;

import java.util.List;
import java.util.Optional;

/**
 * Finds the client behind proxies.
 *
 * <p>Each proxy appends the address it was called from to {@code X-Forwarded-For}. So the right end
 * was written by our own proxies, and everything left of the first hop that is not ours was written
 * by a stranger. Reading from the left would let anybody choose an address.
 *
 * <p>Example, with 10.0.0.0/8 trusted and the connection from 10.0.0.1:
 *
 * <pre>
 * X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.0.0.2
 *                  forged   the client   our outer proxy
 * </pre>
 *
 * <p>The {@code Forwarded} header of RFC 7239 is not read.
 */
public final class ClientAddress {
  /** No honest chain is longer; a longer header is an attempt to make the walk expensive. */
  static final int HOPS_MAX = 100;

  /** Characters of all header lines together: what common servers take for one header line. */
  static final int HEADER_LENGTH_MAX = 8 * 1024;

  private ClientAddress() {}

  /**
   * The client's address, or empty when it is not known: an entry that the walk reaches cannot be
   * read, or the header is longer than 100 hops or 8 KiB. With no header, or from a peer that is no
   * trusted proxy, it is the peer. When all hops are trusted, it is the leftmost.
   *
   * @param peer the other end of the connection
   * @param forwardedForValues the values of all {@code X-Forwarded-For} lines in the order received
   */
  public static Optional<IpAddress> resolve(
      IpAddress peer, List<String> forwardedForValues, TrustedProxies proxies) {
    if (forwardedForValues.isEmpty() || !proxies.contains(peer)) {
      return Optional.of(peer);
    }
    if (isTooLong(forwardedForValues)) {
      return Optional.empty();
    }
    String header = String.join(",", forwardedForValues);
    int end = header.length();
    while (true) {
      int comma = header.lastIndexOf(',', end - 1);
      Optional<IpAddress> hop = readHop(header, comma + 1, end);
      boolean goOn = comma >= 0 && hop.isPresent() && proxies.contains(hop.get());
      if (!goOn) {
        return hop;
      }
      end = comma;
    }
  }

  private static boolean isTooLong(List<String> values) {
    int length = values.size() - 1; // the commas between the lines
    int hops = values.size();
    for (String value : values) {
      length += value.length();
      if (length > HEADER_LENGTH_MAX || hops > HOPS_MAX) {
        return true;
      }
      for (int i = value.indexOf(','); i >= 0; i = value.indexOf(',', i + 1)) {
        hops++;
      }
    }
    return hops > HOPS_MAX;
  }

  /**
   * An address, {@code 192.0.2.1:567}, {@code [2001:db8::1]:567} or {@code [2001:db8::1]}, with
   * blanks around it.
   */
  private static Optional<IpAddress> readHop(String header, int from, int end) {
    int start = from;
    int stop = end;
    while (start < stop && isBlank(header.charAt(start))) {
      start++;
    }
    while (start < stop && isBlank(header.charAt(stop - 1))) {
      stop--;
    }
    String hop = header.substring(start, stop);
    if (hop.startsWith("[")) {
      return readBracketed(hop);
    }
    int colon = hop.indexOf(':');
    if (colon < 0 || colon != hop.lastIndexOf(':')) {
      return IpAddress.parse(hop).toOptional();
    }
    return isPort(hop, colon + 1)
        ? IpAddress.parse(hop.substring(0, colon)).toOptional()
        : Optional.empty();
  }

  /** Brackets are for IPv6; behind them a colon and a port, or nothing. */
  private static Optional<IpAddress> readBracketed(String hop) {
    int close = hop.indexOf(']');
    if (close < 0) {
      return Optional.empty();
    }
    String address = hop.substring(1, close);
    boolean ends =
        close == hop.length() - 1 || (hop.charAt(close + 1) == ':' && isPort(hop, close + 2));
    return ends && address.indexOf(':') >= 0
        ? IpAddress.parse(address).toOptional()
        : Optional.empty();
  }

  /** The optional white space of RFC 9110 section 5.6.3. */
  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isPort(String text, int from) {
    int digits = text.length() - from;
    if (digits < 1 || digits > 5) {
      return false;
    }
    int port = 0;
    for (int i = from; i < text.length(); i++) {
      if (!AddressText.isDecimalDigit(text.charAt(i))) {
        return false;
      }
      port = port * 10 + (text.charAt(i) - '0');
    }
    return port <= 65_535;
  }
}
