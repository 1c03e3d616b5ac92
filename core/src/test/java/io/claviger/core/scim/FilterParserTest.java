package io.claviger.core.scim;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import io.claviger.core.scim.Filter.Literal;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The language of filters (RFC 7644 section 3.4.2.2) and of paths (section 3.5.2). */
class FilterParserTest {
  private static final List<String> WORDS =
      List.of(
          "userName",
          "emails",
          "name.familyName",
          "a.b.c",
          "and",
          "or",
          "not",
          "eq",
          "ne",
          "co",
          "pr",
          "gt",
          "TRUE",
          "null",
          "42",
          "-1.5e3",
          "\"x\"",
          "\"\\u00e9\\\"\"",
          "\"open",
          "(",
          ")",
          "[",
          "]",
          ".",
          "urn:ietf:params:scim:schemas:core:2.0:User:userName",
          "$ref",
          "",
          " ",
          "\u0000",
          "%",
          "'",
          ";--");

  /** The examples of RFC 7644 section 3.4.2.2, in print. */
  @Test
  void theExamplesOfTheStandardAreRead() {
    for (String text :
        List.of(
            "userName Eq \"john\"",
            "Username eq \"john\"",
            "userName eq \"bjensen\"",
            "name.familyName co \"O'Malley\"",
            "userName sw \"J\"",
            "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"",
            "title pr",
            "meta.lastModified gt \"2011-05-13T04:42:34Z\"",
            "title pr and userType eq \"Employee\"",
            "title pr or userType eq \"Intern\"",
            "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"",
            "userType eq \"Employee\" and (emails co \"example.com\" or"
                + " emails.value co \"example.org\")",
            "userType ne \"Employee\" and not (emails co \"example.com\" or"
                + " emails.value co \"example.org\")",
            "userType eq \"Employee\" and (emails.type eq \"work\")",
            "userType eq \"Employee\" and emails[type eq \"work\" and value co \"@example.com\"]",
            "emails[type eq \"work\" and value co \"@example.com\"] or"
                + " ims[type eq \"xmpp\" and value co \"@foo.com\"]")) {
      assertThat(FilterParser.parse(text)).as(text).isInstanceOf(Parsed.Ok.class);
    }
  }

  @Test
  void andBindsTighterThanOr() {
    assertThat(FilterParser.parse("a eq 1 or b eq 2 and not(c pr)").orThrow())
        .isEqualTo(
            new Filter.Or(
                number("a", "1"),
                new Filter.And(
                    number("b", "2"), new Filter.Not(new Filter.Present(AttributePath.of("c"))))));
    assertThat(FilterParser.parse("(a eq 1 or b eq 2) and c pr").orThrow())
        .isEqualTo(
            new Filter.And(
                new Filter.Or(number("a", "1"), number("b", "2")),
                new Filter.Present(AttributePath.of("c"))));
  }

  private static Filter number(String name, String value) {
    return new Filter.Compare(
        AttributePath.of(name), Comparison.EQ, new Literal.Amount(new java.math.BigDecimal(value)));
  }

  @Test
  void literalsAreThoseOfJsonAndTruthInAnyCase() {
    assertThat(literal("\"a\\\"b\\\\c\\u00e9\\n\"")).isEqualTo(new Literal.Text("a\"b\\c\u00e9\n"));
    assertThat(literal("True")).isEqualTo(new Literal.Flag(true));
    assertThat(literal("false")).isEqualTo(new Literal.Flag(false));
    assertThat(literal("null")).isEqualTo(new Literal.Null());
  }

  private static Literal literal(String text) {
    return ((Filter.Compare) FilterParser.parse("x eq " + text).orThrow()).literal();
  }

  @Test
  void whatIsWrongIsSaidWithItsPlace() {
    refuses("", "lacks an attribute at character 1");
    refuses("userName", "lacks one of eq, ne, co, sw, ew, gt, ge, lt, le, pr at character 9");
    refuses(
        "userName eq",
        "lacks a value: a text in quotation marks, a number, true, false or"
            + " null at character 12");
    refuses(
        "userName eq bjensen",
        "lacks a value: a text in quotation marks, a number, true, false"
            + " or null at character 13");
    refuses("userName eq \"x", "lacks a closing quotation mark at character 15");
    refuses("(userName pr", "lacks a ) at character 13");
    refuses("userName pr)", "ends too late at character 12");
    refuses("a.b.c pr", "lacks an attribute at character 1");
    refuses("emails[type eq \"work\"", "lacks a ] at character 22");
    refuses(
        "emails[a[b pr]]", "lacks one of eq, ne, co, sw, ew, gt, ge, lt, le, pr at character 9");
    refuses("(".repeat(21) + "a pr" + ")".repeat(21), "is nested too deeply at character 22");
    refuses("a pr" + " and a pr".repeat(200), "has too many tests at character 1801");
    refuses("a".repeat(9_000), "must have at most 8192 characters");
  }

  private static void refuses(String text, String reason) {
    assertThat(FilterParser.parse(text)).isEqualTo(Parsed.<Filter>rejected(reason));
  }

  @Test
  void pathsAreAttributesWithOrWithoutASelection() {
    assertThat(FilterParser.parsePath("members").orThrow())
        .isEqualTo(new PatchPath(AttributePath.of("members"), Optional.empty(), Optional.empty()));
    PatchPath selected = FilterParser.parsePath("emails[type eq \"work\"].value").orThrow();
    assertThat(selected.sub()).contains("value");
    assertThat(selected.filter()).isPresent();
    PatchPath extension =
        FilterParser.parsePath(
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value")
            .orThrow();
    assertThat(extension.attribute().schema())
        .isEqualTo("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User");
    assertThat(extension.attribute().folded()).isEqualTo("manager.value");
    for (String wrong :
        List.of(
            "",
            " ",
            "emails[",
            "emails[]",
            "emails[type eq \"w\"",
            "a[b pr].c.d",
            "a.b[c pr]",
            "a[b pr]c",
            "1a",
            "a b")) {
      assertThat(FilterParser.parsePath(wrong)).as(wrong).isInstanceOf(Parsed.Rejected.class);
    }
  }

  /** Any text is read or rejected: no other end, and soon. */
  @Test
  void anyTextIsReadOrRejected() {
    long seed = 51;
    var random = new Random(seed);
    int read = 0;
    for (int i = 0; i < 200_000; i++) {
      var text = new StringBuilder();
      for (int k = random.nextInt(12); k >= 0; k--) {
        text.append(WORDS.get(random.nextInt(WORDS.size())));
        text.append(random.nextInt(4) > 0 ? " " : "");
        if (random.nextInt(30) == 0) {
          text.append((char) random.nextInt(Character.MAX_VALUE + 1));
        }
      }
      read += FilterParser.parse(text.toString()).toOptional().isPresent() ? 1 : 0;
      var _ = FilterParser.parsePath(text.toString());
    }
    assertThat(read).as("seed %d", seed).isGreaterThan(100);
  }
}
