package io.claviger.store.tenant;

import io.claviger.store.Fold;
import io.claviger.store.json.JsonColumn;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * All that an entry of a directory says of a person beside what has a column of its own, as one
 * folded text, through which the database looks for those whom a filter may mean. Folding and
 * writing as JSON go from character to character, so a text that has a part still has it as they
 * leave both.
 */
final class SearchText {
  /** Attributes that do not stand in it, in lower case. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "schemas",
          "id",
          "externalid",
          "meta",
          "username",
          "active",
          "password",
          "groups",
          "roles");

  private SearchText() {}

  /** Of a row. */
  static String of(DirectoryRow row) {
    String given = Fold.fold(JsonColumn.write(row.details()));
    return row.follows()
        ? ofAccount(row.givenName(), row.familyName(), row.email()) + given
        : given;
  }

  /** Of an entry that shows name and address of the account, and nothing else. */
  static String ofAccount(String givenName, String familyName, String email) {
    ObjectNode said = JsonNodeFactory.instance.objectNode();
    said.putObject("name").put("givenName", givenName).put("familyName", familyName);
    said.putArray("emails").addObject().put("value", email).put("primary", true);
    return Fold.fold(JsonColumn.write(said));
  }

  /** Whether the values of an attribute at the top of a resource stand in it. */
  static boolean has(String attribute) {
    return !ELSEWHERE.contains(attribute.toLowerCase(Locale.ROOT));
  }

  /** A value as it stands there, between quotation marks; empty for what is no text. */
  static Optional<String> quoted(String value) {
    boolean isText = value.codePoints().noneMatch(SearchText::isHalf);
    return isText
        ? Optional.of(Fold.fold(JsonColumn.write(JsonNodeFactory.instance.stringNode(value))))
        : Optional.empty();
  }

  private static boolean isHalf(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }
}
