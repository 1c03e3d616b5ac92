package io.claviger.store.query;

import io.claviger.core.Parsed;
import io.claviger.core.id.ObjectId;
import io.claviger.core.query.Literal;
import io.claviger.core.query.Query;
import io.claviger.core.query.QueryField;
import io.claviger.core.query.QueryLimits;
import io.claviger.core.query.ValueTest;
import io.claviger.core.query.ValueTest.Order;
import io.claviger.core.query.ValueTest.Position;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads what stands beside a field that is no tag field. */
final class ValueParser {
  private ValueParser() {}

  /** Reads the operand of an operator. */
  private interface LiteralReader {
    Literal read(Spot at) throws RefusedQuery;
  }

  /** An identifier or null, or one operator (QRY-6). */
  static <F extends QueryField> Query<F> identifier(F field, Spot at) throws RefusedQuery {
    if (!at.node().isObject()) {
      return new Query.Where<>(
          field, List.of(new ValueTest.Equal(identifierOrNull(at, "or one operator"))), false);
    }
    List<String> names = at.names();
    if (names.size() != 1) {
      throw at.refuse("must have exactly one operator");
    }
    String name = names.getFirst();
    ValueTest test =
        switch (name) {
          case "$in" -> new ValueTest.Among(identifiers(at.property(name)));
          case "$nin" -> new ValueTest.NotAmong(identifiers(at.property(name)));
          default -> comparison(at, name, spot -> identifierOrNull(spot, ""));
        };
    return new Query.Where<>(field, List.of(test), false);
  }

  /** A bare value, or any number of operators (QRY-4). */
  static <F extends QueryField> Query<F> scalar(F field, Spot at) throws RefusedQuery {
    if (!at.node().isObject()) {
      return new Query.Where<>(field, List.of(new ValueTest.Equal(literal(at))), false);
    }
    List<ValueTest> tests = new ArrayList<>();
    boolean ignoreCase = false;
    for (String name : at.names()) {
      if (name.equals("$ci")) {
        ignoreCase = flag(at.property(name));
      } else {
        tests.add(scalarTest(at, name));
      }
    }
    return new Query.Where<>(field, tests, ignoreCase);
  }

  private static ValueTest scalarTest(Spot at, String name) throws RefusedQuery {
    return switch (name) {
      case "$in" -> new ValueTest.Among(scalars(at.property(name)));
      case "$nin" -> new ValueTest.NotAmong(scalars(at.property(name)));
      case "$startsWith" -> new ValueTest.Partial(Position.START, part(at.property(name)));
      case "$endsWith" -> new ValueTest.Partial(Position.END, part(at.property(name)));
      case "$contains" -> new ValueTest.Partial(Position.ANYWHERE, part(at.property(name)));
      default -> comparison(at, name, ValueParser::literal);
    };
  }

  private static ValueTest comparison(Spot at, String name, LiteralReader reader)
      throws RefusedQuery {
    return switch (name) {
      case "$eq" -> new ValueTest.Equal(reader.read(at.property(name)));
      case "$ne" -> new ValueTest.NotEqual(reader.read(at.property(name)));
      case "$gt" -> new ValueTest.Ordered(Order.GREATER, reader.read(at.property(name)));
      case "$gte" -> new ValueTest.Ordered(Order.GREATER_OR_EQUAL, reader.read(at.property(name)));
      case "$lt" -> new ValueTest.Ordered(Order.LESS, reader.read(at.property(name)));
      case "$lte" -> new ValueTest.Ordered(Order.LESS_OR_EQUAL, reader.read(at.property(name)));
      default -> throw at.refuseProperty(name, "is not an operator");
    };
  }

  private static boolean flag(Spot at) throws RefusedQuery {
    if (!at.node().isBoolean()) {
      throw at.refuse("must be true or false");
    }
    return at.node().booleanValue();
  }

  private static List<Literal> identifiers(Spot at) throws RefusedQuery {
    List<Literal> identifiers = new ArrayList<>();
    for (Spot element : at.elements()) {
      identifiers.add(identifierOf(element, "must be an id of 24 hexadecimal digits"));
    }
    return identifiers;
  }

  private static Literal identifierOrNull(Spot at, String otherwise) throws RefusedQuery {
    String forms = otherwise.isEmpty() ? " or null" : ", null " + otherwise;
    return at.node().isNull()
        ? new Literal.Null()
        : identifierOf(at, "must be an id of 24 hexadecimal digits" + forms);
  }

  private static Literal identifierOf(Spot at, String expected) throws RefusedQuery {
    if (at.node().isString()
        && ObjectId.parse(at.node().stringValue()) instanceof Parsed.Ok<String>(String id)) {
      return new Literal.Text(id);
    }
    throw at.refuse(expected);
  }

  private static List<Literal> scalars(Spot at) throws RefusedQuery {
    List<Literal> literals = new ArrayList<>();
    for (Spot element : at.elements()) {
      if (element.node().isNull()) {
        throw element.refuse("must be a text, a number, true or false");
      }
      literals.add(literal(element));
    }
    return literals;
  }

  private static Literal literal(Spot at) throws RefusedQuery {
    JsonNode node = at.node();
    if (node.isString()) {
      return new Literal.Text(text(at, QueryLimits.TEXT_LENGTH_MAX));
    }
    if (node.isNumber()) {
      return new Literal.Numeric(number(at));
    }
    if (node.isBoolean()) {
      return new Literal.Bool(node.booleanValue());
    }
    if (node.isNull()) {
      return new Literal.Null();
    }
    throw at.refuse("must be a text, a number, true, false, null or an object of operators");
  }

  private static BigDecimal number(Spot at) throws RefusedQuery {
    JsonNode node = at.node();
    if (node.isFloat() || node.isDouble()) {
      double number = node.doubleValue();
      if (!Double.isFinite(number)) {
        throw at.refuse("is out of the range of numbers");
      }
      return BigDecimal.valueOf(number);
    }
    return node.decimalValue();
  }

  private static String part(Spot at) throws RefusedQuery {
    String part = text(at, QueryLimits.TEXT_LENGTH_MAX);
    if (part.isEmpty()) {
      throw at.refuse("must have at least one character");
    }
    return part;
  }

  /** A text that a field could hold. */
  static String text(Spot at, int most) throws RefusedQuery {
    if (!at.node().isString()) {
      throw at.refuse("must be a text");
    }
    String text = at.node().stringValue();
    if (text.length() > most) {
      throw at.refuse("must have at most " + most + " characters");
    }
    if (!text.codePoints().allMatch(point -> point != 0 && Spot.isScalar(point))) {
      throw at.refuse("must not contain U+0000 or halves of characters");
    }
    return text;
  }
}
