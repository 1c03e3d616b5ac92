package io.claviger.core.network;

import io.claviger.core.Parsed;
import java.util.List;

/**
 * A range of addresses: all that share the first {@code prefixLength} bits of {@code network} (RFC
 * 4632, RFC 4291 section 2.3).
 *
 * <p>A range holds addresses of one family. {@code ::/0} holds no IPv4 address: whoever means both
 * families writes both ranges.
 *
 * @param network the first address of the range; host bits given to the constructor are cleared
 *     (KEY-52)
 * @param prefixLength 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Cidr(IpAddress network, int prefixLength) {
  /** The longest address, a slash and three digits: 49. */
  static final int TEXT_LENGTH_MAX = IpAddress.TEXT_LENGTH_MAX + 4;

  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;

  /** The bits that stand before the IPv4 address in its mapped form. */
  private static final int MAPPED_BITS = IPV6_BITS - IPV4_BITS;

  /**
   * Clears the host bits.
   *
   * @throws IllegalArgumentException when the prefix length does not fit the address family
   */
  public Cidr {
    int bits = network.isIpv4() ? IPV4_BITS : IPV6_BITS;
    if (prefixLength < 0 || prefixLength > bits) {
      throw new IllegalArgumentException("prefix length must be 0 to " + bits);
    }
    int fixed = prefixLength + IPV6_BITS - bits;
    network = new IpAddress(network.high() & highMask(fixed), network.low() & lowMask(fixed));
  }

  /**
   * Reads {@code address/prefix}, or a single address. An IPv4-mapped IPv6 range is the IPv4 range:
   * {@code ::ffff:10.0.0.0/104} is {@code 10.0.0.0/8}. With fewer than 96 bits it would be neither
   * and is refused.
   */
  public static Parsed<Cidr> parse(String text) {
    if (text.length() > TEXT_LENGTH_MAX) {
      return Parsed.rejected("must not be longer than " + TEXT_LENGTH_MAX + " characters");
    }
    int slash = text.indexOf('/');
    String addressText = slash < 0 ? text : text.substring(0, slash);
    return switch (IpAddress.parse(addressText)) {
      case Parsed.Rejected<IpAddress>(String reason) -> Parsed.rejected(reason);
      case Parsed.Ok<IpAddress>(IpAddress address) when slash < 0 -> Parsed.ok(single(address));
      case Parsed.Ok<IpAddress>(IpAddress address) ->
          withPrefix(address, addressText.indexOf(':') >= 0, text.substring(slash + 1));
    };
  }

  /** The range of one address. */
  public static Cidr single(IpAddress address) {
    return new Cidr(address, address.isIpv4() ? IPV4_BITS : IPV6_BITS);
  }

  /** Whether the address is in this range. */
  public boolean contains(IpAddress address) {
    boolean ipv4 = network.isIpv4();
    int fixed = ipv4 ? prefixLength + MAPPED_BITS : prefixLength;
    return ipv4 == address.isIpv4()
        && (address.high() & highMask(fixed)) == network.high()
        && (address.low() & lowMask(fixed)) == network.low();
  }

  /** By index: this runs for every connection, and an iterator is one object more. */
  static boolean anyContains(List<Cidr> ranges, IpAddress address) {
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.get(i).contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** The canonical text; the range of one address is written as that address. */
  @Override
  public String toString() {
    boolean one = prefixLength == (network.isIpv4() ? IPV4_BITS : IPV6_BITS);
    return one ? network.toString() : network + "/" + prefixLength;
  }

  private static Parsed<Cidr> withPrefix(IpAddress address, boolean writtenAsIpv6, String prefix) {
    int bits = writtenAsIpv6 ? IPV6_BITS : IPV4_BITS;
    if (!isPlainNumber(prefix) || Integer.parseInt(prefix) > bits) {
      return Parsed.rejected("must have a decimal prefix length from 0 to " + bits);
    }
    int length = Integer.parseInt(prefix);
    if (!writtenAsIpv6 || !address.isIpv4()) {
      return Parsed.ok(new Cidr(address, length));
    }
    if (length < MAPPED_BITS) {
      return Parsed.rejected(
          "must have a prefix length of at least 96 for an IPv4-mapped address;"
              + " write the IPv4 or the IPv6 range meant");
    }
    return Parsed.ok(new Cidr(address, length - MAPPED_BITS));
  }

  /** One to three digits without a leading zero. */
  private static boolean isPlainNumber(String text) {
    return !text.isEmpty()
        && text.length() <= 3
        && text.chars().allMatch(c -> AddressText.isDecimalDigit((char) c))
        && (text.length() == 1 || text.charAt(0) != '0');
  }

  // A shift by 64 is a shift by 0 in Java, hence the two ends apart.

  private static long highMask(int fixed) {
    return fixed == 0 ? 0 : fixed >= 64 ? -1L : -1L << (64 - fixed);
  }

  private static long lowMask(int fixed) {
    return fixed <= 64 ? 0 : -1L << (IPV6_BITS - fixed);
  }
}
