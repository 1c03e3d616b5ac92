package io.claviger.core.scim;

import io.claviger.core.Parsed;
import io.claviger.core.scim.Filter.Literal;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads filters and PATCH paths. Total: any text is read or rejected, in time that grows with its
 * length only.
 *
 * <p>Names of attributes, operators and the words {@code and}, {@code or}, {@code not}, {@code
 * true}, {@code false} and {@code null} are read in whatever case, as some clients write {@code
 * True}.
 */
public final class FilterParser {
  private static final Pattern NAME = Pattern.compile("[A-Za-z$][A-Za-z0-9_$-]*");
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]{0,17})(?:\\.[0-9]{1,18})?(?:[eE][+-]?[0-9]{1,2})?");

  /** Ends the reading; never leaves this class. */
  private static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message, null, false, false);
    }
  }

  private final String text;
  private int at;
  private int depth;
  private int tests;

  private FilterParser(String text) {
    this.text = text;
  }

  /** The filter that a text means, or what is wrong with it and where. */
  public static Parsed<Filter> parse(String text) {
    return read(text, parser -> parser.disjunction(true));
  }

  /** The path of a PATCH operation that a text means (RFC 7644 section 3.5.2). */
  public static Parsed<PatchPath> parsePath(String text) {
    return read(text, FilterParser::path);
  }

  private interface Rule<T> {
    T read(FilterParser parser);
  }

  private static <T> Parsed<T> read(String text, Rule<T> rule) {
    if (text.length() > FilterLimits.LENGTH_MAX) {
      return Parsed.rejected("must have at most " + FilterLimits.LENGTH_MAX + " characters");
    }
    var parser = new FilterParser(text);
    try {
      T result = rule.read(parser);
      parser.skipBlanks();
      if (parser.at < text.length()) {
        throw parser.wrong("ends too late");
      }
      return Parsed.ok(result);
    } catch (Wrong wrong) {
      return Parsed.rejected(String.valueOf(wrong.getMessage()));
    }
  }

  private Wrong wrong(String reason) {
    return new Wrong(reason + " at character " + (at + 1));
  }

  private Filter disjunction(boolean mayNest) {
    Filter left = conjunction(mayNest);
    while (word("or")) {
      left = new Filter.Or(left, conjunction(mayNest));
    }
    return left;
  }

  private Filter conjunction(boolean mayNest) {
    Filter left = term(mayNest);
    while (word("and")) {
      left = new Filter.And(left, term(mayNest));
    }
    return left;
  }

  /**
   * One test, or a filter in parentheses.
   *
   * @param mayNest whether brackets may follow an attribute: not within brackets
   */
  private Filter term(boolean mayNest) {
    skipBlanks();
    if (take('(')) {
      return closing(mayNest, ')');
    }
    int before = at;
    if (word("not")) {
      skipBlanks();
      if (take('(')) {
        return new Filter.Not(closing(mayNest, ')'));
      }
      at = before;
    }
    return test(mayNest);
  }

  private Filter closing(boolean mayNest, char end) {
    if (++depth > FilterLimits.DEPTH_MAX) {
      throw wrong("is nested too deeply");
    }
    Filter inner = disjunction(mayNest);
    skipBlanks();
    if (!take(end)) {
      throw wrong("lacks a " + end);
    }
    depth--;
    return inner;
  }

  private Filter test(boolean mayNest) {
    if (++tests > FilterLimits.TESTS_MAX) {
      throw wrong("has too many tests");
    }
    AttributePath attribute = attribute();
    if (mayNest && take('[')) {
      return new Filter.Value(attribute, closing(false, ']'));
    }
    int before = at;
    skipBlanks();
    String operator = letters();
    if (operator.equalsIgnoreCase("pr")) {
      return new Filter.Present(attribute);
    }
    Optional<Comparison> comparison = Comparison.of(operator);
    if (comparison.isEmpty()) {
      at = before;
      throw wrong("lacks one of eq, ne, co, sw, ew, gt, ge, lt, le, pr");
    }
    return new Filter.Compare(attribute, comparison.get(), literal());
  }

  private String letters() {
    int start = at;
    while (at < text.length() && Character.isLetter(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  /** An attribute with its URN, whose version has a dot and digits of its own. */
  private AttributePath attribute() {
    skipBlanks();
    int start = at;
    while (at < text.length() && isPathCharacter(text.charAt(at))) {
      at++;
    }
    String whole = text.substring(start, at);
    int colon = whole.lastIndexOf(':');
    String schema = colon < 0 ? "" : whole.substring(0, colon);
    String[] names = whole.substring(colon + 1).split("\\.", -1);
    boolean good = names.length <= 2 && (colon < 0 || schema.length() > 4);
    for (String name : names) {
      good &= NAME.matcher(name).matches();
    }
    if (!good) {
      at = start;
      throw wrong("lacks an attribute");
    }
    return new AttributePath(
        schema, names[0], names.length == 2 ? Optional.of(names[1]) : Optional.empty());
  }

  private static boolean isPathCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_$-:.".indexOf(c) >= 0;
  }

  private Literal literal() {
    skipBlanks();
    if (at < text.length() && text.charAt(at) == '"') {
      return new Literal.Text(quoted());
    }
    int start = at;
    while (at < text.length() && " )]".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at);
    if (word.equalsIgnoreCase("true") || word.equalsIgnoreCase("false")) {
      return new Literal.Flag(word.equalsIgnoreCase("true"));
    }
    if (word.equalsIgnoreCase("null")) {
      return new Literal.Null();
    }
    if (NUMBER.matcher(word).matches()) {
      return new Literal.Amount(new BigDecimal(word));
    }
    at = start;
    throw wrong("lacks a value: a text in quotation marks, a number, true, false or null");
  }

  /** A JSON string (RFC 8259 section 7). */
  private String quoted() {
    var value = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return whole(value.toString());
      }
      if (c < ' ') {
        throw wrong("has a control character");
      }
      value.append(c == '\\' ? escaped() : c);
    }
    throw wrong("lacks a closing quotation mark");
  }

  /** No NUL and no half of a surrogate pair, which escapes could bring in: no column holds them. */
  private String whole(String value) {
    boolean odd =
        value
            .codePoints()
            .anyMatch(
                c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    if (odd) {
      throw wrong("has NUL or half of a surrogate pair");
    }
    return value;
  }

  private char escaped() {
    char c = at < text.length() ? text.charAt(at++) : ' ';
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw wrong("has an unknown escape");
    };
  }

  private char unicode() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at < text.length() ? Character.digit(text.charAt(at++), 16) : -1;
      if (digit < 0) {
        throw wrong("has an escape without four hexadecimal digits");
      }
      value = value * 16 + digit;
    }
    return (char) value;
  }

  /** Takes a whole word, if it is next. */
  private boolean word(String wanted) {
    int before = at;
    skipBlanks();
    if (letters().equalsIgnoreCase(wanted)
        && (at == text.length() || " (".indexOf(text.charAt(at)) >= 0)) {
      return true;
    }
    at = before;
    return false;
  }

  private boolean take(char wanted) {
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void skipBlanks() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private PatchPath path() {
    AttributePath attribute = attribute();
    if (!take('[')) {
      return new PatchPath(attribute, Optional.empty(), Optional.empty());
    }
    if (attribute.sub().isPresent()) {
      throw wrong("has brackets behind a sub-attribute");
    }
    Filter filter = closing(false, ']');
    Optional<String> sub = Optional.empty();
    if (take('.')) {
      AttributePath named = attribute();
      if (!named.schema().isEmpty() || named.sub().isPresent()) {
        throw wrong("goes too deep");
      }
      sub = Optional.of(named.name());
    }
    return new PatchPath(attribute, Optional.of(filter), sub);
  }
}
