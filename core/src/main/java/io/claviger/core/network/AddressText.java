package io.claviger.core.network;

import io.claviger.core.Parsed;

/** Reads and writes the text forms of addresses. */
final class AddressText {
  private static final int GROUPS = 8;

  /** What {@link #ipv4Bits} answers for text that is no IPv4 address. */
  private static final long NOT_IPV4 = -1;

  private static final int NOT_A_GROUP = -1;

  private AddressText() {}

  static Parsed<IpAddress> readIpv4(String text) {
    long bits = ipv4Bits(text, 0);
    return bits == NOT_IPV4
        ? Parsed.rejected(
            "must be an IPv4 address (four decimal numbers 0 to 255 without leading zeros)"
                + " or an IPv6 address")
        : Parsed.ok(IpAddress.ofIpv4(bits));
  }

  static Parsed<IpAddress> readIpv6(String text) {
    int[] groups = new int[GROUPS];
    int count = 0;
    int gap = -1; // how many groups stand before "::"
    int at = 0;
    if (text.startsWith("::")) {
      gap = 0;
      at = 2;
    }
    while (at < text.length()) {
      int end = endOfGroup(text, at);
      if (text.indexOf('.', at) >= 0 && end == text.length()) {
        long bits = ipv4Bits(text, at);
        if (bits == NOT_IPV4 || count > GROUPS - 2) {
          return notIpv6();
        }
        groups[count++] = (int) (bits >>> 16);
        groups[count++] = (int) (bits & 0xFFFF);
        break;
      }
      int group = group(text, at, end);
      if (group == NOT_A_GROUP || count == GROUPS) {
        return notIpv6();
      }
      groups[count++] = group;
      at = end;
      if (at == text.length()) {
        break;
      }
      at++; // over the colon
      if (at == text.length()) {
        return notIpv6();
      }
      if (text.charAt(at) == ':') {
        if (gap >= 0) {
          return notIpv6();
        }
        gap = count;
        at++;
      }
    }
    // "::" stands for at least one group.
    if (gap < 0 ? count != GROUPS : count == GROUPS) {
      return notIpv6();
    }
    return Parsed.ok(spread(groups, count, gap < 0 ? count : gap));
  }

  /** Moves the groups behind {@code gap} to the end and packs all eight. */
  private static IpAddress spread(int[] groups, int count, int gap) {
    long high = 0;
    long low = 0;
    int zerosEnd = gap + GROUPS - count;
    for (int i = 0; i < GROUPS; i++) {
      long group = i < gap ? groups[i] : i < zerosEnd ? 0 : groups[i - (GROUPS - count)];
      if (i < GROUPS / 2) {
        high = (high << 16) | group;
      } else {
        low = (low << 16) | group;
      }
    }
    return new IpAddress(high, low);
  }

  private static Parsed<IpAddress> notIpv6() {
    return Parsed.rejected(
        "must be an IPv6 address such as 2001:db8::1, without zone, brackets or port");
  }

  private static int endOfGroup(String text, int from) {
    int colon = text.indexOf(':', from);
    return colon < 0 ? text.length() : colon;
  }

  /** One to four hexadecimal digits. */
  private static int group(String text, int from, int end) {
    if (end == from || end - from > 4) {
      return NOT_A_GROUP;
    }
    int value = 0;
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      // Character.digit alone would take the digits of every script.
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return NOT_A_GROUP;
      }
      value = (value << 4) | digit;
    }
    return value;
  }

  /** The 32 bits of the dotted decimal address that fills the text from {@code from} on. */
  private static long ipv4Bits(String text, int from) {
    long bits = 0;
    int at = from;
    for (int part = 0; part < 4; part++) {
      if (part > 0) {
        if (at == text.length() || text.charAt(at) != '.') {
          return NOT_IPV4;
        }
        at++;
      }
      int start = at;
      int number = 0;
      while (at < text.length() && at - start < 4 && isDecimalDigit(text.charAt(at))) {
        number = number * 10 + (text.charAt(at) - '0');
        at++;
      }
      boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
      if (at == start || leadingZero || number > 255) {
        return NOT_IPV4;
      }
      bits = (bits << 8) | number;
    }
    return at == text.length() ? bits : NOT_IPV4;
  }

  /** ASCII only: other scripts have digits too. */
  static boolean isDecimalDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static String renderIpv4(long bits) {
    return ((bits >>> 24) & 0xFF)
        + "."
        + ((bits >>> 16) & 0xFF)
        + "."
        + ((bits >>> 8) & 0xFF)
        + "."
        + (bits & 0xFF);
  }

  /** RFC 5952 section 4: lower case, the longest run of two or more zero groups as "::". */
  static String renderIpv6(long high, long low) {
    int runStart = -1;
    int runLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groupOf(high, low, end) == 0) {
        end++;
      }
      if (end - i > runLength) { // the first of equally long runs wins
        runStart = i;
        runLength = end - i;
      }
    }
    StringBuilder text = new StringBuilder(IpAddress.TEXT_LENGTH_MAX);
    for (int i = 0; i < GROUPS; i++) {
      if (i == runStart) {
        text.append("::");
        i += runLength - 1;
        continue;
      }
      if (i > 0 && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groupOf(high, low, i)));
    }
    return text.toString();
  }

  private static int groupOf(long high, long low, int index) {
    long half = index < GROUPS / 2 ? high : low;
    int lowerGroups = GROUPS / 2 - 1 - index % (GROUPS / 2);
    return (int) ((half >>> (16 * lowerGroups)) & 0xFFFF);
  }
}
