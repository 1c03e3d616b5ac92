package io.claviger.core.network;

import io.claviger.core.Parsed;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * An IPv4 or IPv6 address, as 128 bits.
 *
 * <p>An IPv4 address is held in its IPv4-mapped form {@code ::ffff:0:0/96} (RFC 4291 section
 * 2.5.5.2), so {@code 10.0.0.1}, {@code ::ffff:10.0.0.1} and {@code ::ffff:a00:1} are one value and
 * no rule can be passed by spelling an address another way (KEY-52). Every pair of numbers is an
 * address; none has a second representation.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
public record IpAddress(long high, long low) {
  /** 45 = length of {@code ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255}, the longest spelling. */
  static final int TEXT_LENGTH_MAX = 45;

  /** The bits between the 80 zeros and the IPv4 address of a mapped address. */
  private static final long MAPPED_MARK = 0xFFFFL;

  /**
   * Reads one address. IPv4 is four decimal numbers without leading zeros; octal, hexadecimal and
   * short forms are refused because programs disagree on what they mean. IPv6 is any spelling of
   * RFC 4291 section 2.2. Zone ids, brackets, ports and blanks are refused.
   */
  public static Parsed<IpAddress> parse(String text) {
    if (text.isEmpty()) {
      return Parsed.rejected("must not be empty");
    }
    if (text.length() > TEXT_LENGTH_MAX) {
      return Parsed.rejected("must not be longer than " + TEXT_LENGTH_MAX + " characters");
    }
    return text.indexOf(':') < 0 ? AddressText.readIpv4(text) : AddressText.readIpv6(text);
  }

  /** The address of a socket. The zone of a link-local IPv6 address is dropped. */
  public static IpAddress of(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return ofIpv4(bigEndian(bytes, 0, 4));
    }
    return new IpAddress(bigEndian(bytes, 0, 8), bigEndian(bytes, 8, 8));
  }

  /** Whether this is an IPv4 address, however it was spelled. */
  public boolean isIpv4() {
    return high == 0 && low >>> 32 == MAPPED_MARK;
  }

  /** The canonical text: dotted decimal for IPv4, RFC 5952 for IPv6. */
  @Override
  public String toString() {
    return isIpv4() ? AddressText.renderIpv4(low) : AddressText.renderIpv6(high, low);
  }

  /** The IPv4 address with these 32 bits. */
  static IpAddress ofIpv4(long bits) {
    return new IpAddress(0, (MAPPED_MARK << 32) | bits);
  }

  private static long bigEndian(byte[] bytes, int from, int count) {
    long value = 0;
    for (int i = from; i < from + count; i++) {
      value = (value << 8) | (bytes[i] & 0xFF);
    }
    return value;
  }
}
