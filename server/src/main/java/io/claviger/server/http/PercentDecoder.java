package io.claviger.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Percent-decoding (RFC 3986 section 2.1) that accepts UTF-8 without NUL and nothing else. */
final class PercentDecoder {
  private PercentDecoder() {}

  /** The decoded part of a path, or null when it is malformed; a plus sign is a plus sign. */
  static @Nullable String decodePath(String text, int start, int end) {
    return decode(text, start, end, false);
  }

  /** The decoded part of a query, or null when it is malformed; a plus sign is a blank. */
  static @Nullable String decodeForm(String text, int start, int end) {
    return decode(text, start, end, true);
  }

  private static @Nullable String decode(String text, int start, int end, boolean form) {
    boolean plain = true;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return null; // must have been encoded
      }
      plain &= c != '%' && !(form && c == '+');
    }
    return plain ? text.substring(start, end) : decodeEncoded(text, start, end, form);
  }

  private static @Nullable String decodeEncoded(String text, int start, int end, boolean form) {
    byte[] bytes = new byte[end - start];
    int length = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (end - i < 3) {
          return null;
        }
        int high = Character.digit(text.charAt(i + 1), 16);
        int low = Character.digit(text.charAt(i + 2), 16);
        if (high < 0 || low < 0 || (high | low) == 0) {
          return null; // not hexadecimal, or NUL
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        bytes[length++] = (byte) (form && c == '+' ? ' ' : c);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
