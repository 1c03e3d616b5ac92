package io.claviger.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.OrganizationId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** No credential in a text of a client's own choice is kept. */
class RedactionTest {
  private final Random random = new Random(5);

  @Test
  void everyKindOfTokenIsTakenOutWhereverItStands() {
    for (TokenKind kind : TokenKind.values()) {
      String value = TokenText.issue(kind, random).revealOnce();
      assertGone(value, value);
      assertGone("curl/8 (Bearer " + value + "; x)", value);
      assertGone(value + value, value);
    }
    var organization = new OrganizationId("0123456789abcdef01234567");
    String value = TenantTokenText.issue(organization, random).revealOnce();
    assertGone("agent/1 " + value, value);
  }

  @Test
  void aPartOfAValueIsTakenOutToo() {
    String value = TokenText.issue(TokenKind.USER, random).revealOnce();
    String part = value.substring(0, value.length() - 9);
    assertGone(part, part);
  }

  @Test
  void otherTextsStayAsTheyAre() {
    for (String text : List.of("", "curl/8.5.0", "cv_1", "Mozilla/5.0 (X11) cvs/1.12")) {
      assertThat(Redaction.of(text)).isEqualTo(text);
    }
  }

  private static void assertGone(String text, String value) {
    String prefix = value.substring(0, 4);
    assertThat(Redaction.of(text))
        .contains(prefix + "***")
        .doesNotContain(value.substring(4, 4 + 10));
  }
}
