package io.claviger.core.network;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes addresses and their spellings, with many zeros, ones and mapped ones among them. */
final class Addresses {
  private Addresses() {}

  static IpAddress any(Random random) {
    return random.nextBoolean() ? ipv4(random) : ipv6(random);
  }

  static IpAddress ipv4(Random random) {
    return IpAddress.ofIpv4(((long) group(random) << 16) | group(random));
  }

  static IpAddress ipv6(Random random) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < 4; i++) {
      high = (high << 16) | group(random);
      low = (low << 16) | group(random);
    }
    return new IpAddress(high, low);
  }

  private static int group(Random random) {
    return switch (random.nextInt(4)) {
      case 0, 1 -> 0;
      case 2 -> 0xFFFF;
      default -> random.nextInt(0x10000);
    };
  }

  /** All 128 bits as text of zeros and ones. */
  static String bits(IpAddress address) {
    StringBuilder bits = new StringBuilder();
    for (byte b : bytes(address)) {
      bits.append(Integer.toBinaryString((b & 0xFF) | 0x100), 1, 9);
    }
    return bits.toString();
  }

  static byte[] bytes(IpAddress address) {
    return ByteBuffer.allocate(16).putLong(address.high()).putLong(address.low()).array();
  }

  /** RFC 5952 by text replacement, as a second opinion. */
  static String canonicalText(IpAddress address) {
    byte[] bytes = bytes(address);
    if (bits(address).startsWith("0".repeat(80) + "1".repeat(16))) {
      return (bytes[12] & 0xFF)
          + "."
          + (bytes[13] & 0xFF)
          + "."
          + (bytes[14] & 0xFF)
          + "."
          + (bytes[15] & 0xFF);
    }
    String full = String.join(":", groups(address, "%x"));
    for (int zeros = 8; zeros >= 2; zeros--) {
      String run = "0" + ":0".repeat(zeros - 1);
      Matcher found = Pattern.compile("(^|:)" + run + "(:|$)").matcher(full);
      if (found.find()) {
        return full.substring(0, found.start()) + "::" + full.substring(found.end());
      }
    }
    return full;
  }

  /** Some spelling of the address. */
  static String spelling(Random random, IpAddress address) {
    boolean ipv4 = address.isIpv4();
    if (ipv4 && random.nextBoolean()) {
      return canonicalText(address);
    }
    List<String> groups = groups(address, random.nextBoolean() ? "%x" : "%04x");
    if (random.nextBoolean()) {
      byte[] bytes = bytes(address);
      groups.removeLast();
      groups.removeLast();
      groups.add(
          (bytes[12] & 0xFF)
              + "."
              + (bytes[13] & 0xFF)
              + "."
              + (bytes[14] & 0xFF)
              + "."
              + (bytes[15] & 0xFF));
    }
    String text = String.join(":", withGap(random, groups));
    return random.nextBoolean() ? text.toUpperCase(Locale.ROOT) : text;
  }

  /** Drops some run of zero groups, if there is one. */
  private static List<String> withGap(Random random, List<String> groups) {
    int from = random.nextInt(groups.size());
    int end = from;
    while (end < groups.size() && groups.get(end).matches("0+") && random.nextInt(8) > 0) {
      end++;
    }
    if (end == from) {
      return groups;
    }
    // Joined by colons, an empty element is the second colon; at an edge it takes one more.
    List<String> result = new ArrayList<>(groups.subList(0, from));
    if (from == 0) {
      result.add("");
    }
    result.add("");
    if (end == groups.size()) {
      result.add("");
    }
    result.addAll(groups.subList(end, groups.size()));
    return result;
  }

  private static List<String> groups(IpAddress address, String format) {
    ByteBuffer bytes = ByteBuffer.wrap(bytes(address));
    List<String> groups = new ArrayList<>();
    while (bytes.hasRemaining()) {
      groups.add(String.format(format, bytes.getShort() & 0xFFFF));
    }
    return groups;
  }

  /** A spelling with up to three characters changed, removed or put in; or plain noise. */
  static String almost(Random random) {
    String alphabet = "0123456789abcdefF::::..../%[] g\u0661\0";
    StringBuilder text = new StringBuilder();
    if (random.nextInt(10) > 0) {
      text.append(spelling(random, any(random)));
    } else {
      random
          .ints(random.nextInt(50), 0, alphabet.length())
          .forEach(i -> text.append(alphabet.charAt(i)));
    }
    for (int changes = random.nextInt(4); changes > 0 && !text.isEmpty(); changes--) {
      int at = random.nextInt(text.length());
      char c = alphabet.charAt(random.nextInt(alphabet.length()));
      switch (random.nextInt(3)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, c);
        default -> text.setCharAt(at, c);
      }
    }
    return text.toString();
  }
}
