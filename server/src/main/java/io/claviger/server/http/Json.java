package io.claviger.server.http;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON as this API accepts it: RFC 8259 in UTF-8, no duplicate names, no NUL and no half surrogate
 * pairs in names or texts, bounded in depth and in the length of numbers, names and texts.
 */
public final class Json {
  /** Deepest nesting; documented bodies have four levels, a device query may have more. */
  static final int DEPTH_MAX = 64;

  /** Longest number in characters: a double needs 24, and parsing long ones is not linear. */
  static final int NUMBER_LENGTH_MAX = 40;

  /** Largest power of ten of a number, as in a double; keeps {@code 1e999999999} out. */
  static final int EXPONENT_MAX = 308;

  /** Longest text in characters; descriptions may have 32767, API documents come as bytes. */
  static final int STRING_LENGTH_MAX = 1 << 20;

  /** Longest name of a property. */
  static final int NAME_LENGTH_MAX = 256;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxNumberLength(NUMBER_LENGTH_MAX)
                          .maxStringLength(STRING_LENGTH_MAX)
                          .maxNameLength(NAME_LENGTH_MAX)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  /** A new empty object. */
  public static ObjectNode emptyObject() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A new empty array. */
  public static ArrayNode emptyArray() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** The document in UTF-8, without blanks between tokens. */
  public static byte[] write(JsonNode node) {
    return MAPPER.writeValueAsBytes(node);
  }

  /**
   * Reads one document.
   *
   * @throws ApiException 400 of type Validation that names the field where it is known
   */
  public static JsonNode parse(byte[] utf8) {
    String text = decode(utf8);
    try (JsonParser parser = MAPPER.createParser(text)) {
      return read(parser);
    }
  }

  /**
   * Reads one document from text, such as a query parameter that holds JSON (WIR-5).
   *
   * @param field the parameter, for the message
   * @throws ApiException 400 of type Validation that begins with the field
   */
  public static JsonNode parse(String field, String text) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      return read(parser);
    } catch (ApiException e) {
      throw ApiException.validation(field, "is not valid: " + e.publicMessage());
    }
  }

  private static JsonNode read(JsonParser parser) {
    JsonNode node;
    try {
      node = MAPPER.readTree(parser);
    } catch (StreamConstraintsException e) {
      throw ApiException.validation(where(parser), "is nested too deeply or too long");
    } catch (NumberFormatException e) {
      throw ApiException.validation(where(parser), "is out of range");
    } catch (JacksonException e) {
      throw ApiException.validation(where(parser), "is not valid JSON or has a name twice");
    }
    if (node == null || node.isMissingNode()) {
      throw ApiException.validation("body", "is not valid JSON");
    }
    StringBuilder path = new StringBuilder();
    @Nullable String problem = problem(node, path);
    if (problem != null) {
      throw ApiException.validation(
          path.isEmpty() ? "body" : Printable.field(path.toString()), problem);
    }
    return node;
  }

  private static String where(JsonParser parser) {
    @Nullable String name = parser.currentName();
    return name == null ? "body" : Printable.field(name);
  }

  /**
   * Looks at every value. The path is put together only on the way back from a problem, for a
   * document may hold many values behind long names. The parser bounds the depth of the recursion.
   *
   * @param path receives where the problem is
   * @return the problem, or null
   */
  private static @Nullable String problem(JsonNode node, StringBuilder path) {
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> property : node.properties()) {
        if (!isText(property.getKey())) {
          return "has a name with NUL or half a surrogate pair";
        }
        @Nullable String problem = problem(property.getValue(), path);
        if (problem != null) {
          boolean dot = !path.isEmpty() && path.charAt(0) != '[';
          path.insert(0, dot ? property.getKey() + "." : property.getKey());
          return problem;
        }
      }
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        @Nullable String problem = problem(node.get(i), path);
        if (problem != null) {
          boolean dot = !path.isEmpty() && path.charAt(0) != '[';
          path.insert(0, dot ? "[" + i + "]." : "[" + i + "]");
          return problem;
        }
      }
    } else if (node.isString() && !isText(node.stringValue())) {
      return "must not hold NUL or half a surrogate pair";
    } else if (node.isBigDecimal() && !isReasonable(node.decimalValue())) {
      return "is out of range";
    }
    return null;
  }

  private static boolean isReasonable(BigDecimal number) {
    return Math.abs((long) number.precision() - number.scale() - 1) <= EXPONENT_MAX;
  }

  private static boolean isText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isLowSurrogate(c)) {
        return false;
      }
      if (Character.isHighSurrogate(c)) {
        i++;
        if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }

  private static String decode(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(utf8))
          .toString();
    } catch (CharacterCodingException e) {
      throw ApiException.validation("body", "is not UTF-8");
    }
  }
}
